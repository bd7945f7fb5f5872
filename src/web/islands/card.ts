/*
 * The card's software listens on the person's own machine and answers no page but its own: it is
 * asked by a small window of it, which talks by messages. The window says when it is ready
 * (`getTbs`), takes what shall be signed, answers once (`sign`) and closes itself.
 */

const readyMs = 5000
const watchMs = 500

/** Lets the form around the element have its challenge signed by the card before it is sent. */
export const mount = (element: HTMLElement): void => {
  const form = element.closest('form')
  const signature = form?.querySelector<HTMLTextAreaElement>('textarea[name=signature]')
  const pin = element.querySelector<HTMLInputElement>('[data-pin]')
  if (!form || !signature || !pin) return
  for (const part of element.querySelectorAll<HTMLElement>('[data-card]')) part.hidden = false
  const otherwise = form.querySelector<HTMLDetailsElement>('details[data-otherwise]')
  if (otherwise && signature.getAttribute('aria-invalid') !== 'true') otherwise.open = false
  form.addEventListener('submit', (event) => {
    if (signature.value.trim() !== '' || hasFile(form)) return
    event.preventDefault()
    tell(element, null)
    void ask(element, pin.value).then(
      (made) => {
        signature.value = made
        form.submit()
      },
      (fault: Fault) => {
        tell(element, fault)
        pin.focus()
      },
    )
    pin.value = ''
  })
}

const hasFile = (form: HTMLFormElement): boolean =>
  (form.querySelector<HTMLInputElement>('input[type=file]')?.files?.length ?? 0) > 0

/** What went wrong: a key of the sentences in the page, and the software's own numbers. */
type Fault = { readonly key: string; readonly code?: string }

/** Opens the window, hands over the challenge and gives the signature, base64. */
const ask = (element: HTMLElement, pin: string): Promise<string> =>
  new Promise((done, fail: (fault: Fault) => void) => {
    const { component = '', challenge = '' } = element.dataset
    if (pin === '') return fail({ key: 'no-pin' })
    const popup = window.open(`${component}/popupForm`, 'takao-card', 'width=260,height=220')
    if (!popup) return fail({ key: 'blocked' })
    const end = (): void => {
      removeEventListener('message', hear)
      clearTimeout(silent)
      clearInterval(watch)
    }
    const give = (fault: Fault): void => {
      end()
      popup.close()
      fail(fault)
    }
    const answered = (said: Said): void => {
      const fault = faultOf(said)
      if (fault) give(fault)
      else {
        end()
        done(String(said.signature))
      }
    }
    // Any page may send us messages; those of the window that we opened, at its own origin, count.
    const hear = (event: MessageEvent): void => {
      if (event.origin !== component || event.source !== popup) return
      const said = read(event.data)
      if (said?.func === 'getTbs') {
        clearTimeout(silent)
        popup.postMessage(question(challenge, pin), component)
      }
      if (said?.func === 'sign') answered(said)
    }
    const silent = setTimeout(() => give({ key: 'silent' }), readyMs)
    const watch = setInterval(() => {
      if (popup.closed) give({ key: 'closed' })
    }, watchMs)
    addEventListener('message', hear)
  })

type Said = {
  readonly func?: unknown
  readonly ret_code?: unknown
  readonly last_error?: unknown
  readonly signature?: unknown
}

const read = (data: unknown): Said | undefined => {
  try {
    return JSON.parse(String(data)) as Said
  } catch {
    return undefined
  }
}

/** The software reads it as a form's value, hence the escapes. */
const question = (challenge: string, pin: string): string =>
  JSON.stringify({
    func: 'MakeSignature',
    signatureType: 'PKCS7',
    tbs: encodeURIComponent(challenge),
    tbsEncoding: 'NONE',
    hashAlgorithm: 'SHA256',
    withCardSN: 'true',
    pin: encodeURIComponent(pin),
    nonce: '',
  })

const faults: Readonly<Record<number, string>> = {
  1979711494: 'card',
  1980760073: 'card',
  1980760076: 'card',
  1980760067: 'reader',
  1980760068: 'reader',
  1979713944: 'no-pin',
  1979713945: 'closed',
  1979711503: 'site',
  1979711537: 'site',
}
const loginFailed = 0x76100006

/** What the software's numbers mean: `ret_code` of its own, `last_error` of the card (PKCS#11). */
const faultOf = ({ ret_code, last_error, signature }: Said): Fault | undefined => {
  if (ret_code === 0 && typeof signature === 'string' && signature !== '') return undefined
  // Signed in some versions.
  const code = Number(ret_code) >>> 0
  if (code !== loginFailed || last_error === undefined)
    return { key: faults[code] ?? 'other', code: code.toString(16) }
  const left = [1, 2].find((count) => last_error === count - 2 ** 31)
  if (left) return { key: `pin-${left}` }
  return { key: last_error === 0xa4 ? 'locked' : 'pin' }
}

const tell = (element: HTMLElement, fault: Fault | null): void => {
  const parts = [...element.querySelectorAll<HTMLElement>('[data-fault]')]
  const shown = parts.find((part) => part.dataset.fault === fault?.key)
  for (const part of parts) part.hidden = part !== shown
  const code = shown?.querySelector('[data-code]')
  if (code) code.textContent = fault?.code ?? ''
}
