import type { AnyFigure } from '../../kernel/figures/compute.ts'

let known: ReadonlyMap<string, AnyFigure> = new Map()

/**
 * Gives the report the figures of all systems. The list of systems calls it once at start, because
 * a system may not import another.
 */
export function registerFigures(figures: readonly AnyFigure[]): void {
  known = new Map(figures.map((figure) => [figure.id, figure]))
}

/** Every figure that some system defines, by its id. */
export const allFigures = (): ReadonlyMap<string, AnyFigure> => known
