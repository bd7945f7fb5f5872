let news: EventSource | null = null
/** While a turn is under way its answer brings the news; showing it twice would lose a word. */
let sending = false

/**
 * The chat: opens as a panel from any page, and shows what an operator answers without a reload.
 * What is being typed stays, as only the turns are replaced.
 */
export const watchChat = (): void => {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-chat-open]')
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    openPanel(link)
  })
  document.addEventListener('turbo:load', listen)
  document.addEventListener('turbo:submit-start', ({ target }) => {
    sending = (target as Element).closest('turbo-frame#chat') !== null
  })
  document.addEventListener('turbo:submit-end', (event) => {
    // What failed brings no answer, and so no load.
    if (!(event as CustomEvent<{ success: boolean }>).detail.success) sending = false
  })
  document.addEventListener('turbo:frame-load', ({ target }) => {
    if ((target as Element).id !== 'chat') return
    sending = false
    listen()
    toTheEnd()
    document.querySelector<HTMLElement>('#say')?.focus()
  })
  document.addEventListener('turbo:before-cache', () => {
    news?.close()
    news = null
    document.querySelector('dialog.chat-panel')?.remove()
  })
}

const openPanel = (link: HTMLAnchorElement): void => {
  const panel = document.querySelector<HTMLDialogElement>('dialog.chat-panel') ?? newPanel(link)
  if (panel.open) {
    panel.close()
    return
  }
  panel.show()
  panel.querySelector<HTMLElement>('#say')?.focus()
}

const newPanel = (link: HTMLAnchorElement): HTMLDialogElement => {
  const panel = document.createElement('dialog')
  panel.className = 'chat-panel'
  panel.setAttribute('aria-label', link.textContent?.trim() ?? '')
  const close = document.createElement('button')
  close.className = 'button'
  close.type = 'button'
  close.textContent = link.dataset.close ?? '×'
  close.addEventListener('click', () => shut(panel, link))
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') shut(panel, link)
  })
  const frame = document.createElement('turbo-frame')
  frame.id = 'chat'
  frame.setAttribute('target', '_top')
  frame.setAttribute('src', link.href)
  panel.append(close, frame)
  document.body.append(panel)
  return panel
}

const shut = (panel: HTMLDialogElement, link: HTMLElement): void => {
  panel.close()
  link.focus()
}

const listen = (): void => {
  news?.close()
  const url = document.querySelector<HTMLElement>('[data-chat]')?.dataset.chat
  if (!url) return
  news = new EventSource(url)
  news.addEventListener('update', refresh)
}

const refresh = async (): Promise<void> => {
  if (sending) return
  const frame = document.querySelector<HTMLElement>('turbo-frame#chat')
  const url = frame?.getAttribute('src') ?? location.href
  const response = await fetch(url, { headers: { accept: 'text/html' } }).catch(() => null)
  if (!response?.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const fresh = page.querySelector('[data-chat]')
  if (!fresh || sending) return
  frame?.querySelector('[data-chat]')?.replaceChildren(...fresh.childNodes)
  toTheEnd()
}

const toTheEnd = (): void => {
  document.querySelector('.turns > :last-child')?.scrollIntoView({ block: 'nearest' })
}
