import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { isoDate } from '../../core/format.ts'
import type { Text } from '../../core/i18n.ts'
import type { Intent } from './pack.ts'

/** A page to read on: its address and what it is called. */
export type ArticleLink = { readonly href: string; readonly title: Text }

/** An article as one of its versions has it. Answers are plain paragraphs. */
export type Article = {
  readonly id: string
  readonly topic: string
  readonly agency: string
  readonly state: 'published' | 'retired'
  readonly no: number
  readonly question: Text
  /** Other phrasings, for the index only. */
  readonly variants: readonly string[]
  readonly answer: Text
  readonly links: readonly ArticleLink[]
  readonly intent: Intent | null
  /** The dispatch item that the intent opens. */
  readonly item: string | null
  /** Civil days, `YYYY-MM-DD`: when an officer last stood for the answer, and until when. */
  readonly reviewed: string
  readonly reviewBy: string
  readonly reason: string
  readonly publishedFrom: Date
  readonly publishedTo: Date | null
}

const columns = sql`v.article as id, v.topic, v.agency, a.state, v.no, v.question, v.variants,
  v.answer, v.links, v.intent, v.item, v.reviewed, v.review_by as "reviewBy", v.reason,
  v.published_from as "publishedFrom", v.published_to as "publishedTo"`

/** Every published article in its current version, by id. */
export const publishedArticles = (ctx: Ctx): Promise<Article[]> =>
  rows(
    ctx.db,
    sql<Article>`select ${columns} from knowledge.article a
      join knowledge.version v on v.article = a.id and v.no = a.version
      where a.state = 'published' order by a.id`,
  )

/** The versions of an article, newest first. Refuses 404 where the actor may see none. */
export async function articleVersions(
  ctx: Ctx,
  id: string,
): Promise<readonly [Article, ...Article[]]> {
  const [newest, ...older] = await rows(
    ctx.db,
    sql<Article>`select ${columns} from knowledge.article a
      join knowledge.version v on v.article = a.id
      where a.id = ${id} order by v.no desc`,
  )
  if (!newest) throw notFound({ zh: '這則問答', en: 'this article' })
  return [newest, ...older]
}

/** Reasons of a version that nobody wrote, in words. */
export const ownReasons: Readonly<Record<string, Text>> = {
  written: { zh: '新增', en: 'Written' },
  reviewed: { zh: '複審，內容不變', en: 'Reviewed, unchanged' },
  'city-pack': { zh: '城市資料', en: "The city's own" },
}

/** Whether the day to review an article again has passed. */
export const isOverdue = ({ reviewBy }: Pick<Article, 'reviewBy'>, now: Date): boolean =>
  reviewBy < isoDate(now)
