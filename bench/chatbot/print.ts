import { thresholds } from '../../src/kernel/knowledge/outcome.ts'
import type { PackArticle } from '../../src/kernel/knowledge/pack.ts'
import { plain } from '../../src/kernel/knowledge/terms.ts'
import {
  cityIndex,
  type Labelled,
  measure,
  questionsFileHash,
  questionsOf,
  type Result,
  reciprocalRank,
} from './measure.ts'

/**
 * Prints how the engine does on labelled questions: by topic, and how risk grows with coverage.
 * `tuning` is for setting the weights; only `evaluation` says how good it is.
 */
export function printChatbot(split: Labelled['split']): void {
  const { index, articles } = cityIndex()
  const questions = questionsOf(split)
  const same = overlap(questions, articles)
  console.log(`${split}: ${questions.length} questions, ${articles.length} articles`)
  console.log(`questions.json SHA-256 ${questionsFileHash()}`)
  console.log(`questions that are an indexed phrasing: ${same.length}${listed(same)}`)
  const asked = questions.filter(({ id }) => !same.includes(id))
  const results = measure(asked, index, articles)
  console.log(`MRR@10 ${reciprocalRank(results).toFixed(3)}`)
  console.table(byTopic(results))
  console.log('risk and coverage, at the margin in use')
  console.table(
    [0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5].map((answer) => {
      const suggest = Math.min(thresholds.suggest, answer)
      return riskAt(answer, measure(asked, index, articles, { ...thresholds, answer, suggest }))
    }),
  )
}

/** Questions whose words are those of an article's own question or variant. */
export function overlap(
  questions: readonly Labelled[],
  articles: readonly PackArticle[],
): readonly string[] {
  const bare = (text: string) => plain(text).replace(/[^\p{L}\p{N}]/gu, '')
  const known = new Set(
    articles.flatMap(({ question, variants }) => [question.zh, question.en, ...variants].map(bare)),
  )
  return questions.filter(({ q }) => known.has(bare(q))).map(({ id }) => id)
}

const listed = (ids: readonly string[]) => (ids.length > 0 ? ` (${ids.join(', ')})` : '')

function byTopic(results: readonly Result[]) {
  const groups = Map.groupBy(results, ({ question }) => question.topic)
  const lines = [...groups].map(([topic, own]) => [topic, line(own)] as const)
  return Object.fromEntries([...lines, ['all', line(results)] as const])
}

/** Shares are of all questions; `wrong of answered` is the risk that a citizen takes. */
function line(results: readonly Result[]) {
  const count = (test: (result: Result) => boolean) => results.filter(test).length
  const [right, wrong] = ['right', 'wrong'].map((is) => count(({ outcome }) => outcome === is))
  const due = count(({ question }) => question.expect.handover === true)
  return {
    questions: results.length,
    right,
    wrong,
    'wrong of answered': percent(wrong!, right! + wrong!),
    'asked back': count(({ outcome }) => outcome === 'asked'),
    'with the right one': count(({ offered }) => offered),
    'handed over': percent(
      count(({ outcome }) => outcome === 'handed'),
      results.length,
    ),
    'no article has it': due,
    'answered though': count((r) => r.outcome === 'wrong' && r.question.expect.handover === true),
  }
}

function riskAt(answer: number, results: readonly Result[]) {
  const answered = results.filter(({ outcome }) => outcome === 'right' || outcome === 'wrong')
  const wrong = answered.filter(({ outcome }) => outcome === 'wrong').length
  return {
    'answer from': answer,
    coverage: percent(answered.length, results.length),
    risk: percent(wrong, answered.length),
  }
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
