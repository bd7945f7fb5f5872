const offKey = 'takao-keys-off'

/**
 * `/` searches, `j` `k` move in a list, `?` lists the keys. Enter opens by itself: rows are links.
 */
export const watchKeys = (): void => {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (isTyping(event.target) || keysAreOff()) return
    const act = actions[event.key]
    if (act?.()) event.preventDefault()
  })
  document.addEventListener('change', (event) => {
    const box = event.target
    if (!(box instanceof HTMLInputElement) || !box.matches('[data-keys-off]')) return
    if (box.checked) localStorage.setItem(offKey, 'yes')
    else localStorage.removeItem(offKey)
  })
}

/** Each says whether it did something; otherwise the key is the browser's. */
const actions: Readonly<Record<string, () => boolean>> = {
  '/': () => {
    const search = document.querySelector<HTMLInputElement>('[data-search]')
    search?.focus()
    search?.select()
    return search !== null
  },
  j: () => move(1),
  k: () => move(-1),
  '?': () => {
    const dialog = document.querySelector<HTMLDialogElement>('#keys')
    const box = dialog?.querySelector<HTMLInputElement>('[data-keys-off]')
    if (box) box.checked = keysAreOff()
    if (!dialog?.open) dialog?.showModal()
    return dialog !== null
  },
}

const move = (step: 1 | -1): boolean => {
  if (document.querySelector('dialog[open]')) return false
  const links = [...document.querySelectorAll<HTMLElement>('[data-list] th[scope=row] a')]
  if (links.length === 0) return false
  const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement))
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step
  const link = links[Math.min(links.length - 1, Math.max(0, next))]
  link?.focus()
  return true
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox])'))

const keysAreOff = (): boolean => {
  try {
    return localStorage.getItem(offKey) === 'yes'
  } catch {
    return false
  }
}
