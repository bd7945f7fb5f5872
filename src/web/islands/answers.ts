let running: AbortController | null = null
let pause = 0

/**
 * The 1999 desk: answers appear while typing, and one key chooses one. The page does the same by
 * sending the form.
 */
export const watchAnswers = (): void => {
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.matches('[data-answers-for]')) return
    const form = target.form
    clearTimeout(pause)
    // Nothing is sent between two strokes, nor while a word is still being composed.
    if (form) pause = window.setTimeout(() => show(form), 150)
  })
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return
    const digit = /^Digit([1-6])$/.exec(event.code)?.[1]
    if (!digit || (!event.altKey && isTyping(event.target))) return
    const form = document.querySelector<HTMLFormElement>(`[data-answer="${digit}"]`)
    if (!form) return
    event.preventDefault()
    form.requestSubmit()
  })
}

const show = async (form: HTMLFormElement): Promise<void> => {
  running?.abort()
  running = new AbortController()
  const { signal } = running
  const url = new URL(form.action)
  for (const [name, value] of new FormData(form)) url.searchParams.set(name, String(value))
  const response = await fetch(url, { signal }).catch(() => null)
  if (!response?.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const fresh = page.querySelector('#answers')
  if (fresh && !signal.aborted) document.querySelector('#answers')?.replaceWith(fresh)
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('textarea, select, input:not([type=radio])')
