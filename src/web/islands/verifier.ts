/*
 * Checks cards on this device: by the city's keys and its signed lists, which are fetched whenever
 * there is a network and kept. What is scanned goes nowhere.
 */
import { type Kept, type Published, trustOf } from '../../core/credential/trust.ts'
import { judge, type Trusted } from '../../core/credential/verdict.ts'
import { keep } from './kept.ts'
import { watchScanner } from './scanner.ts'

const keptName = 'takao-verifier'
const lookAgainMs = 15 * 60_000
const againMs = 60_000

/** Takes the page's form over, keeps the page for offline, and its lists fresh. */
export const mount = (element: HTMLElement): void => {
  const form = element.querySelector('form')
  const field = form?.querySelector<HTMLInputElement>('[name=text]')
  if (!form || !field) return
  const verify = judging(element)
  form.addEventListener('submit', (event) => {
    if (field.value.trim() === '') return
    event.preventDefault()
    void verify(field.value)
    field.value = ''
    field.focus()
  })
  watchScanner(element, verify)
  void keepFresh(element)
  void keep(element)
}

const judging = (element: HTMLElement) => {
  const seen = new Map<string, number>()
  return async (text: string): Promise<void> => {
    const kept = readKept()
    const trusted: Trusted = kept ? await trustOf(kept) : { issuer: '', keys: [], lists: [] }
    const now = Date.now()
    const verdict = kept
      ? await judge(text, trusted, new Date(now))
      : ({ outcome: 'unknown', why: 'no-list' } as const)
    if (verdict.outcome !== 'valid') return tell(element, verdict.why)
    const before = seen.get(verdict.shown) ?? 0
    seen.set(verdict.shown, now)
    if (now - before < againMs) tell(element, 'again')
    else tell(element, 'good', verdict.name)
  }
}

function tell(element: HTMLElement, why: string, name?: string): void {
  const results = element.querySelector('[data-results]')
  const template = element.querySelector<HTMLTemplateElement>(`template[data-why=${why}]`)
  if (!results || !template) return
  results.replaceChildren(template.content.cloneNode(true))
  const place = results.querySelector('[data-name]')
  if (place && name) place.textContent = name
}

/** Looks for newer lists now, whenever the network returns, every quarter hour, and when asked. */
async function keepFresh(element: HTMLElement): Promise<void> {
  const box = element.querySelector<HTMLElement>('[data-freshness]')
  const button = box?.querySelector<HTMLButtonElement>('button[name=sync]')
  if (!box) return
  box.hidden = false
  const look = async (): Promise<void> => {
    if (!element.isConnected) return removeEventListener('online', look)
    await sync(element.dataset.trust ?? '').catch(() => {})
    await sayAge(box)
  }
  button?.addEventListener('click', () => void look())
  addEventListener('online', look)
  await look()
  while (element.isConnected) {
    await new Promise((again) => setTimeout(again, 30_000))
    const { age } = await sayAge(box)
    if (age === null || age > lookAgainMs) await look()
  }
}

async function sync(url: string): Promise<void> {
  const published: Published = await fetched(url, (answer) => answer.json())
  const tokens: Record<string, string> = {}
  for (const uri of published.status_lists) {
    // By its path: people may have come by another name of this site.
    const token = await fetched(new URL(uri).pathname, (answer) => answer.text())
    tokens[uri] = token
  }
  const kept: Kept = { published, tokens }
  const { lists } = await trustOf(kept)
  // A list that its keys did not sign must not take the place of one that they did.
  if (lists.length < published.status_lists.length) return
  localStorage.setItem(keptName, JSON.stringify(kept))
}

async function fetched<T>(url: string, read: (answer: Response) => Promise<T>): Promise<T> {
  const answer = await fetch(url, { cache: 'no-store' })
  if (!answer.ok) throw new Error(`${answer.status}`)
  return read(answer)
}

function readKept(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(keptName) ?? 'null')
  } catch {
    return null
  }
}

/** Says how old the oldest list is; by the clock of this device, in milliseconds. */
async function sayAge(box: HTMLElement): Promise<{ age: number | null }> {
  const line = box.querySelector<HTMLElement>('[data-age]')
  const kept = readKept()
  const lists = kept ? (await trustOf(kept)).lists : []
  const now = Date.now()
  const age = lists.length > 0 ? now - Math.min(...lists.map((one) => +one.issuedAt)) : null
  if (!line) return { age }
  const { none = '', now: fresh = '', minutes = '', old = '' } = line.dataset
  const n = String(Math.round((age ?? 0) / 60_000))
  const isOld = lists.some(({ expiresAt }) => +expiresAt <= now)
  const words = age === null ? none : isOld ? old : n === '0' ? fresh : minutes
  line.textContent = words.replace('{n}', n)
  return { age }
}
