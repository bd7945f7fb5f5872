import type { AnyFigure } from '../../kernel/figures/compute.ts'
import { type MissingFigure, notYet } from '../../kernel/figures/figure.ts'

/** Figures of section five whose systems come later; printed as missing, never typed. */
export const missingFigures: readonly MissingFigure[] = [
  notYet('F077', { zh: '智能客服啟用日', en: 'The chatbot opened on' }, 'date', 'chatbot'),
  notYet('F078', { zh: '智能客服類別', en: 'Chatbot topics' }, 'category', 'chatbot'),
  notYet('F079', { zh: '智能客服答題數', en: 'Questions answered' }, 'question', 'chatbot'),
]

let known: ReadonlyMap<string, AnyFigure> = new Map()

/**
 * Gives the report the figures of all systems. The list of systems calls it once at start, because
 * a system may not import another.
 */
export function registerFigures(figures: readonly AnyFigure[]): void {
  const byId = new Map(missingFigures.map((figure) => [figure.id, figure as AnyFigure]))
  for (const figure of figures) byId.set(figure.id, figure)
  known = byId
}

/** Every figure that some system defines, by its id. */
export const allFigures = (): ReadonlyMap<string, AnyFigure> => known
