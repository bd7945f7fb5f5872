import type { AnyFigure } from '../../kernel/figures/compute.ts'
import type { MissingFigure } from '../../kernel/figures/figure.ts'

/** Figures of the report whose systems come later; printed as missing, never typed. */
export const missingFigures: readonly MissingFigure[] = []

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
