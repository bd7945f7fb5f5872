/**
 * The keyboard of the officers' pages: `/` searches, `j` and `k` move through a list, Enter opens,
 * `?` shows the keys. Ignored while one types.
 */
export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const act = keys[event.key]
    if (act?.()) event.preventDefault()
  })
}

const keys: Readonly<Record<string, () => boolean>> = {
  '/': () => focus(document.querySelector<HTMLElement>('input[type=search]')),
  '?': () => {
    const help = document.querySelector<HTMLDialogElement>('dialog[data-keys]')
    help?.showModal()
    return help !== null
  },
  j: () => move(1),
  k: () => move(-1),
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

function focus(element: HTMLElement | null | undefined): boolean {
  element?.focus()
  return element != null
}

function move(by: number): boolean {
  const links = [...document.querySelectorAll<HTMLElement>('[data-list] a[data-open]')]
  if (links.length === 0) return false
  const at = links.indexOf(document.activeElement as HTMLElement)
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by
  return focus(links[Math.max(0, Math.min(links.length - 1, next))])
}
