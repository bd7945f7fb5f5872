import type { Written } from './round-store.ts'

/** One line of the queue. */
export type Shown = {
  readonly written: Written
  readonly outcome: 'waiting' | 'sending' | 'sent' | 'signed-out' | 'refused'
}

type Doing = {
  readonly again: (one: Written) => Promise<void>
  readonly drop: (one: Written) => Promise<void>
}

/** Shows what was written on site with its outcome; nothing where nothing was. */
export const showQueue = (page: HTMLElement, all: readonly Shown[], doing: Doing): void => {
  const box = page.querySelector<HTMLElement>('[data-round-queue]')
  const list = box?.querySelector('ul')
  if (!box || !list) return
  box.hidden = all.length === 0
  const open = new Set(
    [...list.querySelectorAll<HTMLElement>('li:has(details[open])')].map(({ id }) => id),
  )
  list.replaceChildren(...all.map((one) => lineOf(one, list.dataset, doing, open)))
}

const lineOf = (
  { written, outcome }: Shown,
  say: DOMStringMap,
  doing: Doing,
  open: ReadonlySet<string>,
): HTMLElement => {
  const line = element('li', '')
  line.id = `written-${written.id}`
  line.dataset.outcome = outcome
  const at = new Date(written.writtenAt)
  const time = at.toLocaleTimeString('zh-TW', {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZone: 'Asia/Taipei',
  })
  line.append(element('strong', `${written.no} ${written.title} ${time}`))
  const means: Record<Shown['outcome'], string | undefined> = {
    waiting: say.waiting,
    sending: say.sending,
    sent: say.sent,
    'signed-out': say.signedOut,
    refused: `${written.refused ?? ''} ${say.refused ?? ''}`,
  }
  line.append(element('p', means[outcome] ?? ''))
  if (outcome !== 'sent') line.append(wordsOf(written, say, open.has(line.id)))
  line.append(buttonsOf(written, outcome, say, doing))
  return line
}

const wordsOf = ({ fields, photos }: Written, say: DOMStringMap, open: boolean): HTMLElement => {
  const words = document.createElement('details')
  words.open = open
  const all = fields.map(([, value]) => value).filter(Boolean)
  words.append(element('summary', all[0]?.slice(0, 24) ?? '…'))
  for (const value of all) {
    const said = element('p', value)
    said.className = 'said'
    words.append(said)
  }
  if (photos.length > 0)
    words.append(element('p', (say.photos ?? '').replace('{n}', String(photos.length))))
  return words
}

const buttonsOf = (
  written: Written,
  outcome: Shown['outcome'],
  say: DOMStringMap,
  doing: Doing,
): HTMLElement => {
  const row = element('p', '')
  row.className = 'buttons'
  const english = document.documentElement.lang.startsWith('en') ? '/en' : ''
  const here = `${english}/desk/round`
  if (outcome === 'signed-out')
    row.append(link(`${english}/sign-in?back=${encodeURIComponent(here)}`, say.signIn))
  if (outcome === 'refused') {
    row.append(link(`${english}/desk/${written.kind}/${written.no}`, say.open))
    row.append(button(say.again, () => doing.again(written)))
  }
  if (outcome !== 'sent' && outcome !== 'sending')
    row.append(
      button(say.drop, async () => {
        if (confirm(say.sure)) await doing.drop(written)
      }),
    )
  return row
}

const element = (name: string, text: string): HTMLElement => {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

const link = (href: string, text = ''): HTMLElement => {
  const made = element('a', text) as HTMLAnchorElement
  made.href = href
  made.className = 'button'
  return made
}

const button = (text: string | undefined, press: () => Promise<void>): HTMLElement => {
  const made = element('button', text ?? '') as HTMLButtonElement
  made.type = 'button'
  made.className = 'button'
  made.addEventListener('click', () => press())
  return made
}
