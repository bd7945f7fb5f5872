import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'

/** Lets the form around the element ask the browser for a key before it is sent. */
export const mount = (element: HTMLElement): void => {
  const form = element.closest('form')
  const answer = form?.querySelector<HTMLInputElement>('input[name=answer]')
  if (!form || !answer) return
  if (!browserSupportsWebAuthn()) {
    reveal(element, '[data-unable]')
    return
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void ask(element).then(
      (given) => send(form, answer, given),
      () => reveal(element, '[data-fault]'),
    )
  })
  if (element.dataset.offer !== undefined) void offer(element, form, answer)
}

const send = (form: HTMLFormElement, answer: HTMLInputElement, given: object): void => {
  answer.value = JSON.stringify(given)
  form.submit()
}

const ask = (element: HTMLElement): Promise<object> => {
  const optionsJSON = JSON.parse(element.dataset.options ?? '{}')
  if (element.dataset.ask === 'create') return startRegistration({ optionsJSON })
  return startAuthentication({ optionsJSON })
}

/** Keys of this device stand beside the names that the browser has, until a button is used. */
const offer = async (
  element: HTMLElement,
  form: HTMLFormElement,
  answer: HTMLInputElement,
): Promise<void> => {
  if (!document.querySelector('input[autocomplete~=webauthn]')) return
  if (!(await browserSupportsWebAuthnAutofill())) return
  const optionsJSON = JSON.parse(element.dataset.options ?? '{}')
  try {
    send(form, answer, await startAuthentication({ optionsJSON, useBrowserAutofill: true }))
  } catch {
    // Another way was taken, which ends this one.
  }
}

const reveal = (element: HTMLElement, part: string): void => {
  const words = element.querySelector<HTMLElement>(part)
  if (words) words.hidden = false
}
