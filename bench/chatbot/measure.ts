import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256Hex } from '../../src/core/canonical.ts'
import { openCity } from '../../src/core/city.ts'
import { projectFolder } from '../../src/core/config.ts'
import { buildIndex, type Hit, type Index, type Weights } from '../../src/kernel/knowledge/bm25.ts'
import { decide, type Thresholds } from '../../src/kernel/knowledge/outcome.ts'
import {
  cityArticles,
  citySynonyms,
  entryOf,
  type PackArticle,
} from '../../src/kernel/knowledge/pack.ts'

/** A question with the label that a person gave it before the engine was tuned. */
export type Labelled = {
  readonly id: string
  readonly q: string
  readonly topic: string
  readonly split: 'tuning' | 'evaluation'
  readonly expect: {
    readonly article?: readonly string[]
    readonly intent?: string
    readonly handover?: boolean
  }
}

/** What became of one question. `rank` of the first right article among ten, 0 when none. */
export type Result = {
  readonly question: Labelled
  readonly rank: number
  readonly score: number
  readonly outcome: 'right' | 'wrong' | 'asked' | 'handed'
  /** Of a question that was asked back: whether a right article was among the three. */
  readonly offered: boolean
}

/**
 * The SHA-256 of the labelled questions as they were written, before the engine was tuned. A new
 * set of questions is a new file with its own digest, never a change of this one.
 */
export const frozenQuestions = 'c3c6ee119edd4a4d254984faccdf04ab7c0cf2f13e5c4763f1740dda9caa0511'

/** The file of labelled questions, as bytes. */
const questionsFile = (): Buffer =>
  readFileSync(join(projectFolder, 'bench/chatbot/questions.json'))

/** The labelled questions of one split. */
export const questionsOf = (split: Labelled['split']): Labelled[] =>
  (JSON.parse(questionsFile().toString('utf8')) as Labelled[]).filter((q) => q.split === split)

/** The default city's articles and the index over them. */
export function cityIndex(weights?: Weights): { index: Index; articles: readonly PackArticle[] } {
  const city = openCity(join(projectFolder, 'cities/kaohsiung'))
  const articles = cityArticles(city)
  return { index: buildIndex(articles.map(entryOf), citySynonyms(city), weights), articles }
}

/** Asks every question and compares with its label. */
export function measure(
  questions: readonly Labelled[],
  index: Index,
  articles: readonly PackArticle[],
  thresholds?: Thresholds,
): Result[] {
  const byId = new Map(articles.map((article) => [article.id, article]))
  return questions.map((question) => {
    const hits = index.search(question.q, 10)
    const isRight = (id: string) => right(question, byId.get(id)!)
    return {
      question,
      rank: hits.findIndex(({ id }) => isRight(id)) + 1,
      score: hits[0]?.score ?? 0,
      ...judge(hits, isRight, thresholds),
    }
  })
}

const right = ({ expect }: Labelled, article: PackArticle): boolean =>
  expect.article?.includes(article.id) === true ||
  (expect.intent !== undefined && expect.intent === article.intent)

function judge(
  hits: readonly Hit[],
  isRight: (id: string) => boolean,
  thresholds?: Thresholds,
): Pick<Result, 'outcome' | 'offered'> {
  const outcome = decide(hits, thresholds)
  if (outcome.kind === 'answer')
    return { outcome: isRight(outcome.id) ? 'right' : 'wrong', offered: false }
  if (outcome.kind === 'suggest') return { outcome: 'asked', offered: outcome.ids.some(isRight) }
  return { outcome: 'handed', offered: false }
}

/** Mean reciprocal rank among ten, over the questions that some article answers. */
export function reciprocalRank(results: readonly Result[]): number {
  const answerable = results.filter(({ question }) => !question.expect.handover)
  const sum = answerable.reduce((all, { rank }) => all + (rank > 0 ? 1 / rank : 0), 0)
  return sum / Math.max(1, answerable.length)
}

/** The SHA-256 of the labelled questions, hex. */
export const questionsFileHash = (): string => sha256Hex(questionsFile().toString('utf8'))
