import type { Text } from '../../../core/i18n.ts'
import type { FigureValue, Window } from '../figure.ts'

/** A number as a report carries it: computed and frozen, or named and not yet computed. */
export type ReportFigure = {
  readonly id: string
  readonly title: Text
  readonly unit: string
  readonly status: 'computed' | 'not-yet'
  readonly value: FigureValue
  /** The value as it is printed, from `figureText`. */
  readonly text: Text
  /** The window that the figure takes; absent while it is not computed. */
  readonly window?: Window
  /** How many rows of evidence were frozen. */
  readonly rows?: number
  /** The Merkle root over those rows, hexadecimal. */
  readonly root?: string
}

/** A stretch of a line: words, or a number that opens its records. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string; readonly strong: boolean }
  | {
      readonly kind: 'figure'
      readonly id: string
      readonly text: string
      readonly value: FigureValue
      readonly status: ReportFigure['status']
      readonly strong: boolean
    }

/** An item with its generated number, and the items beneath it. */
export type ListItem = {
  readonly number: string
  readonly inline: readonly Inline[]
  readonly items: readonly ListItem[]
}

/** A heading (level 1 chapter, 2 section, 3 part) with its number, a paragraph, a list. */
export type Block =
  | {
      readonly kind: 'heading'
      readonly level: 1 | 2 | 3
      readonly number: string
      readonly inline: readonly Inline[]
    }
  | { readonly kind: 'paragraph'; readonly inline: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }

/** A report in one language, ready to be rendered: every number in it is listed in `figures`. */
export type ReportDocument = {
  readonly title: string
  readonly sections: readonly Block[]
  /** In the order of their first appearance. */
  readonly figures: readonly ReportFigure[]
}

/** One report of several, in their order: a chapter's title page and its sections. */
export const joinDocuments = (
  title: string,
  documents: readonly ReportDocument[],
): ReportDocument => {
  const figures = new Map<string, ReportFigure>()
  for (const figure of documents.flatMap((document) => document.figures))
    figures.set(figure.id, figures.get(figure.id) ?? figure)
  return {
    title,
    sections: documents.flatMap((document) => document.sections),
    figures: [...figures.values()],
  }
}
