let opener: HTMLAnchorElement | null = null

/** Opens what a figure rests on beside the report; anything unusual falls back to the link. */
export const watchInspector = (): void => {
  // Before Turbo, which follows links from the window's bubbling phase.
  document.addEventListener('click', (event) => {
    const target = event.target as Element
    if (target.closest('[data-inspector-close]')) return close()
    const link = target.closest<HTMLAnchorElement>('a[data-inspect], a[data-figure]')
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    const panel = document.getElementById('inspector')
    if (!panel) return
    event.preventDefault()
    show(panel, link)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) close()
  })
}

const show = async (panel: HTMLElement, link: HTMLAnchorElement): Promise<void> => {
  const body = panel.querySelector<HTMLElement>('[data-inspector-body]')
  if (!body) return
  link.setAttribute('aria-busy', 'true')
  const parts = await fetchMain(link.href)
  link.removeAttribute('aria-busy')
  if (!parts) return location.assign(link.href)
  opener?.setAttribute('aria-expanded', 'false')
  opener = link
  link.setAttribute('aria-expanded', 'true')
  body.replaceChildren(...parts)
  panel.hidden = false
  body.focus()
}

/** The content of the page's `[data-inspector]` or of its `main`; null when it cannot be had. */
const fetchMain = async (url: string): Promise<readonly Node[] | null> => {
  try {
    const response = await fetch(url, { headers: { accept: 'text/html' } })
    if (!response.ok) return null
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    const part = page.querySelector('[data-inspector]') ?? page.querySelector('main')
    return part ? [...part.childNodes] : null
  } catch {
    return null
  }
}

const close = (): void => {
  const panel = document.getElementById('inspector')
  if (!panel || panel.hidden) return
  panel.hidden = true
  opener?.setAttribute('aria-expanded', 'false')
  opener?.focus()
  opener = null
}
