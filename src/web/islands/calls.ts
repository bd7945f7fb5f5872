/**
 * The desk of a call: what rings appears by itself, Alt and a digit do the four things, and an
 * enquiry is saved without leaving the call. Without it the page's links and forms do the same.
 */
export const mount = (element: HTMLElement): void => {
  const stop = new AbortController()
  const source = new EventSource(element.dataset.events ?? '')
  // What rang before the stream opened, or while it was broken, is asked for.
  const again = inTurn(() => refresh(element))
  for (const event of ['open', 'update']) source.addEventListener(event, again)
  const seconds = Number(element.dataset.every ?? 0)
  const timer = seconds > 0 ? setInterval(again, seconds * 1000) : undefined
  document.addEventListener('keydown', pressKey, { signal: stop.signal })
  element.addEventListener('submit', (event) => sendAndStay(element, event))
  const leave = () => {
    source.close()
    clearInterval(timer)
    stop.abort()
  }
  document.addEventListener('turbo:before-cache', leave, { once: true })
  document.addEventListener('turbo:before-render', leave, { once: true })
}

/** Runs one after the other; however often it is asked for meanwhile, once more is enough. */
const inTurn = (work: () => Promise<void>): (() => Promise<void>) => {
  let running = false
  let wanted = false
  return async () => {
    wanted = true
    if (running) return
    running = true
    while (wanted) {
      wanted = false
      await work().catch(() => {})
    }
    running = false
  }
}

const pressKey = (event: KeyboardEvent): void => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1]
  const link = document.querySelector<HTMLAnchorElement>(`[data-hotkey="${digit}"]`)
  if (!digit || !link) return
  event.preventDefault()
  const href = link.getAttribute('href') ?? ''
  if (href.startsWith('#')) goTo(href)
  else link.click()
}

const goTo = (id: string): void => {
  const target = document.querySelector<HTMLElement>(id)
  if (!target) return
  target.scrollIntoView({ block: 'center' })
  const control = target.matches('select') ? target : firstControl(target)
  const focused = control ?? target
  focused.focus()
}

const firstControl = (heading: HTMLElement) =>
  heading.parentElement?.querySelector<HTMLElement>('input:not([type=hidden])')

/** Brings the parts up to date; one that someone types in stays as it is. */
const refresh = async (element: HTMLElement): Promise<void> => {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const part of element.querySelectorAll<HTMLElement>('[data-part]')) {
    const next = page.querySelector(`[data-part="${part.dataset.part}"]`)
    if (next && next.innerHTML !== part.innerHTML && !isInUse(part)) replace(part, next)
  }
  // Who cannot see the card hears its heading: who calls, that they hung up.
  const heading = element.querySelector('[data-part=call] h2')?.textContent ?? ''
  sayIn(element, heading, '[data-hear]')
}

/** Where the reader is stays, if it is still there. */
const replace = (part: HTMLElement, next: Element): void => {
  const at = part.contains(document.activeElement) ? document.activeElement?.id : undefined
  part.replaceChildren(...next.childNodes)
  if (at) part.querySelector<HTMLElement>(`#${CSS.escape(at)}`)?.focus()
}

const isInUse = (part: HTMLElement): boolean =>
  part.matches('[data-part=work]') &&
  ([...part.querySelectorAll<HTMLInputElement>('input, textarea')].some(
    (box) => box.value !== box.defaultValue || box.checked !== box.defaultChecked,
  ) ||
    [...part.querySelectorAll('select')].some((box) => box.selectedIndex > 0))

const sendAndStay = async (element: HTMLElement, event: SubmitEvent): Promise<void> => {
  const form = event.target as HTMLFormElement
  if (!form.matches('[data-stay]')) return
  event.preventDefault()
  const body = new URLSearchParams(new FormData(form) as never)
  const answer = await fetch(form.action, { method: 'POST', body }).catch(() => undefined)
  // What is refused is sent again as a plain form: that page shows what to mend.
  if (!answer?.ok) return form.submit()
  form.reset()
  sayIn(element, element.dataset.said ?? '')
  form.querySelector<HTMLElement>('select')?.focus()
}

const sayIn = (element: HTMLElement, words: string, where = '[data-say]'): void => {
  const place = element.querySelector(where)
  if (place && place.textContent !== words) place.textContent = words
}
