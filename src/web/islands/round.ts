import { showAge } from './kept.ts'
import { type Shown, showQueue } from './round-queue.ts'
import { dropWritten, keepWritten, readWritten, type Written } from './round-store.ts'

/**
 * The round on a telephone: the page and its photographs are kept for when there is no network, and
 * what is written on site goes into a queue that is sent when there is one. Without it the forms
 * post to their pages.
 */
export const mount = (element: HTMLElement): void => {
  const stop = new AbortController()
  const owner = element.dataset.round ?? ''
  const outcomes = new Map<string, Shown['outcome']>()
  const sent: Written[] = []
  const show = async () => {
    const waiting = await readWritten(owner, Date.now())
    const all = [...sent, ...waiting].map((written) => ({
      written,
      outcome: written.refused ? 'refused' : (outcomes.get(written.id) ?? 'waiting'),
    })) satisfies Shown[]
    showQueue(element, all, { again, drop })
    return waiting
  }
  const flush = () =>
    // One tab at a time: the same words are not sent twice at once.
    navigator.locks.request('takao-round', async () => {
      for (const one of await show()) {
        if (one.refused) continue
        outcomes.set(one.id, 'sending')
        await show()
        const answer = await send(one)
        if (answer === 'sent') {
          await dropWritten(one.id)
          sent.push(one)
        } else if (typeof answer === 'object') await keepWritten({ ...one, ...answer })
        outcomes.set(one.id, typeof answer === 'string' ? answer : 'waiting')
        await show()
        // Whoever is signed out, or has no network, is so for the rest, too.
        if (answer === 'waiting' || answer === 'signed-out') break
      }
    })
  const again = async ({ refused: _, ...one }: Written) => {
    // A new attempt: the first was answered and its key may be spent.
    await dropWritten(one.id)
    await keepWritten({ ...one, id: crypto.randomUUID() })
    await flush()
  }
  const drop = async ({ id }: Written) => {
    await dropWritten(id)
    await show()
  }
  element.addEventListener('submit', (event) => write(element, owner, event, flush), {
    capture: true,
  })
  globalThis.addEventListener('online', flush, { signal: stop.signal })
  const timer = setInterval(flush, 60_000)
  const leave = () => {
    clearInterval(timer)
    stop.abort()
  }
  document.addEventListener('turbo:before-cache', leave, { once: true })
  document.addEventListener('turbo:before-render', leave, { once: true })
  showAge(element)
  flush()
}

/** Takes a form of the round into the queue instead of its page; a round without room stays so. */
const write = async (
  element: HTMLElement,
  owner: string,
  event: Event,
  flush: () => Promise<void>,
): Promise<void> => {
  const form = event.target as HTMLFormElement
  const step = form.closest<HTMLElement>('[data-round-step]')
  if (!step) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (!form.reportValidity()) return
  try {
    await keepWritten(writtenIn(form, step, owner))
  } catch {
    const list = element.querySelector<HTMLElement>('[data-round-queue] ul')
    alert(list?.dataset.full ?? '')
    return
  }
  form.reset()
  form.querySelector<HTMLElement>('[data-preview]')?.replaceChildren()
  form.querySelector<HTMLElement>('[data-draft-drop]')?.click()
  const details = form.closest('details')
  if (details) details.open = false
  await flush()
  element.querySelector<HTMLElement>('[data-round-queue] h2')?.focus()
}

const writtenIn = (form: HTMLFormElement, step: HTMLElement, owner: string): Written => {
  const given = [...new FormData(form)]
  const { kind = '', no = '', roundStep = '', title = '' } = step.dataset
  return {
    id: crypto.randomUUID(),
    owner,
    kind,
    no,
    step: roundStep,
    title,
    writtenAt: new Date().toISOString(),
    fields: given.flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && name !== 'back' ? [[name, value]] : [],
    ),
    photos: given.flatMap(([field, file]) =>
      typeof file !== 'string' && file.size > 0 ? [{ field, name: file.name, file }] : [],
    ),
  }
}

type Sent = 'sent' | 'waiting' | 'signed-out' | { readonly refused: string }

type Said = { readonly text?: { readonly zh: string; readonly en: string } }
type Problem = Said & { readonly errors?: readonly Said[] }

/** Sends one. Whatever is not an answer of the city hall's means: later. */
const send = async (one: Written): Promise<Sent> => {
  const body = new FormData()
  const facts = { kind: one.kind, no: one.no, step: one.step, writtenAt: one.writtenAt }
  for (const [name, value] of [...Object.entries(facts), ...one.fields]) body.append(name, value)
  for (const { field, name, file } of one.photos) body.append(field, file, name)
  const english = document.documentElement.lang.startsWith('en')
  const url = `${english ? '/en' : ''}/desk/round/send.json`
  const headers = { 'idempotency-key': one.id }
  const request = { method: 'POST', body, headers, redirect: 'manual' } as const
  const answer = await fetch(url, request).catch(() => undefined)
  if (answer?.type === 'opaqueredirect' || answer?.status === 401) return 'signed-out'
  if (answer?.ok) return 'sent'
  if (!answer || answer.status >= 500 || answer.status === 429) return 'waiting'
  const problem: Problem = await answer.json().catch(() => ({}))
  // Data answers in the language of the browser; the page may be in the other.
  const said = [problem, ...(problem.errors ?? [])].flatMap(({ text }) => (text ? [text] : []))
  return {
    refused:
      [...new Set(said.map((one) => (english ? one.en : one.zh)))].join(' ') ||
      String(answer.status),
  }
}
