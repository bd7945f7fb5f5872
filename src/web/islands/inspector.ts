/**
 * Opens a figure's definition and rows at the side of the report. Without script the figure is an
 * ordinary link to the same page.
 */
export function start(): void {
  const panel = document.querySelector<HTMLElement>('[data-inspector]')
  const report = document.querySelector<HTMLElement>('[data-report]')
  if (!panel || !report) return
  report.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-figure]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    void show(panel, link)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') panel.hidden = true
  })
}

async function show(panel: HTMLElement, link: HTMLAnchorElement): Promise<void> {
  panel.setAttribute('aria-busy', 'true')
  panel.hidden = false
  const answer = await fetch(link.href, { headers: { accept: 'text/html' } })
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const part = page.querySelector('[data-inspected]')
  panel.replaceChildren(...(part ? [document.adoptNode(part)] : []))
  panel.removeAttribute('aria-busy')
  panel.focus()
}
