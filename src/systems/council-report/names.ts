import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import { rocDateTime } from '../../core/format.ts'
import { type Locale, pick, type Text } from '../../core/i18n.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { directory } from '../../kernel/identity/directory.ts'

/** What the columns and codes of evidence are called, for readers who know no code. */
export type Names = {
  readonly column: (name: string) => string
  /** A cell as people read it; a code keeps itself where nobody named it. */
  readonly cell: (column: string, value: unknown) => string
}

/** The names for the evidence of a system's figures, in a language. */
export async function namesFor(ctx: Ctx, system: string, locale: Locale): Promise<Names> {
  const agencies = await directory(ctx)
  const codes = packCodes(ctx.city, system)
  const districts = new Map(cityPlaces(ctx.city).districts.map((d) => [d.code, d.name]))
  const named = (column: string, code: string): Text | undefined => {
    if (column === 'agency') return agencies.get(code)?.name
    if (column === 'district') return districts.get(code)
    return words[column]?.[code] ?? codes.get(code)
  }
  return {
    column: (name) => pick(columns[name] ?? { zh: name, en: name }, locale),
    cell: (column, value) => {
      if (value === null || value === undefined) return ''
      if (typeof value !== 'string') return String(value)
      if (instant.test(value)) return rocDateTime(new Date(value), locale)
      const name = named(column, value)
      return name ? pick(name, locale) : value
    },
  }
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** The codes that the pack's file of a system names: every `{ code, name }` of its lists. */
function packCodes(city: City, system: string): ReadonlyMap<string, Text> {
  const source = city.text(`${system}.json`)
  const pack: unknown = source === undefined ? {} : JSON.parse(source)
  const lists = Object.values(pack as object)
    .filter(Array.isArray)
    .flat() as unknown[]
  return new Map(lists.filter(isNamed).map(({ code, name }) => [code, name]))
}

const isNamed = (entry: unknown): entry is { code: string; name: Text } =>
  typeof entry === 'object' && entry !== null && 'code' in entry && 'name' in entry

const columns: Readonly<Record<string, Text>> = {
  key: { zh: '編號', en: 'Key' },
  item: { zh: '項目', en: 'Item' },
  topic: { zh: '主題', en: 'Topic' },
  channel: { zh: '管道', en: 'Channel' },
  agency: { zh: '機關', en: 'Agency' },
  district: { zh: '行政區', en: 'District' },
  received_at: { zh: '受理時間', en: 'Received' },
  answered_at: { zh: '答覆時間', en: 'Answered' },
  began_at: { zh: '來電時間', en: 'Began' },
  ended_at: { zh: '結束時間', en: 'Ended' },
  direction: { zh: '方向', en: 'Direction' },
  queue: { zh: '服務組別', en: 'Queue' },
  outcome: { zh: '結果', en: 'Outcome' },
  opened_on: { zh: '啟用日', en: 'Opened on' },
  weekday: { zh: '星期', en: 'Weekday' },
  from_minute: { zh: '開始（當日第幾分鐘）', en: 'From (minute of the day)' },
  to_minute: { zh: '結束（當日第幾分鐘）', en: 'To (minute of the day)' },
}

const words: Readonly<Record<string, Readonly<Record<string, Text>>>> = {
  channel: {
    web: { zh: '網站', en: 'website' },
    app: { zh: '手機應用程式', en: 'app' },
    phone: { zh: '電話', en: 'telephone' },
    counter: { zh: '櫃檯', en: 'counter' },
    mailbox: { zh: '市長信箱', en: 'mailbox' },
    letter: { zh: '書信', en: 'letter' },
    fax: { zh: '傳真', en: 'fax' },
    open311: { zh: 'Open311', en: 'Open311' },
  },
  direction: { in: { zh: '來電', en: 'incoming' }, out: { zh: '去電', en: 'outgoing' } },
  outcome: {
    answered: { zh: '接聽', en: 'answered' },
    abandoned: { zh: '未接即掛', en: 'abandoned' },
    overflowed: { zh: '溢流', en: 'overflowed' },
  },
}
