import type { AnyFigure } from '../../kernel/figures/compute.ts'
import { type MissingFigure, notYet } from '../../kernel/figures/figure.ts'

/** Figures of section five whose systems come later; printed as missing, never typed. */
export const missingFigures: readonly MissingFigure[] = [
  notYet('F069', { zh: '法律諮詢服務處所', en: 'Legal advice venues' }, 'site', 'legal-aid'),
  notYet('F070', { zh: '法律諮詢人次', en: 'Legal consultations' }, 'person-time', 'legal-aid'),
  notYet(
    'F071',
    { zh: '血壓量測人次', en: 'Blood pressure checks' },
    'person-time',
    'health-counter',
  ),
  notYet('F072', { zh: '保健服務時間', en: 'Health counter hours' }, 'time', 'health-counter'),
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
