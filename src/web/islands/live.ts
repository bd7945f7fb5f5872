let open: EventSource[] = []

/** Listens for news of the list on the page; what is being read stays where it is. */
export const openLive = (): void => {
  for (const source of open) source.close()
  open = [...document.querySelectorAll<HTMLElement>('[data-live]')].flatMap(listen)
}

const listen = (element: HTMLElement): EventSource[] => {
  const link = element.querySelector<HTMLAnchorElement>('a')
  const url = element.dataset.live
  if (!link || !url) return []
  let count = 0
  link.hidden = true
  const source = new EventSource(url)
  source.addEventListener('update', () => {
    count += 1
    link.textContent = (link.dataset.template ?? '{n}').replace('{n}', String(count))
    link.hidden = false
  })
  return [source]
}

// A kept page must not hold a connection; arriving at it again opens a new one.
document.addEventListener('turbo:before-cache', () => {
  for (const source of open) source.close()
  open = []
})
