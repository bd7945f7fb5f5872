import type { VNode } from 'preact'
import type { Locale } from '../../../core/i18n.ts'
import { languageTag } from '../../../core/i18n.ts'
import type { Block, Inline, ListItem, ReportDocument } from './document.ts'
import { type FactsTable, factsTable } from './facts.ts'

/** How a page shows a report. */
export type ReportArticleProps = {
  readonly document: ReportDocument
  readonly locale: Locale
  /** The address of a figure's inspector. */
  readonly href: (figureId: string) => string
}

/**
 * The report as an article. Each number is a link `a.figure` with its id in `data-figure`; one that
 * is not computed yet is a `mark.not-yet`, so that nobody takes it for a value.
 */
export const ReportArticle = ({ document, locale, href }: ReportArticleProps): VNode => (
  <article class="report" lang={languageTag(locale)}>
    {document.sections.map((block) => (
      <BlockView block={block} href={href} />
    ))}
  </article>
)

/** The table of a report's figures. The numbers of the figures link to their records. */
export const FactsView = ({ document, locale, href }: ReportArticleProps): VNode => {
  const table: FactsTable = factsTable(document, locale)
  return (
    <section class="facts" lang={languageTag(locale)}>
      <h2>{table.title}</h2>
      <table>
        <thead>
          <tr>
            {table.header.map((cell) => (
              <th scope="col">{cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(([id = '', ...cells]) => (
            <tr>
              <th scope="row">
                <a href={href(id)}>{id}</a>
              </th>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type Href = ReportArticleProps['href']

const BlockView = ({ block, href }: { block: Block; href: Href }): VNode => {
  if (block.kind === 'list') return <ListView items={block.items} href={href} />
  if (block.kind === 'paragraph')
    return (
      <p>
        <Line inline={block.inline} href={href} />
      </p>
    )
  const Heading = `h${block.level}` as const
  return (
    <Heading>
      <span class="number">{block.number}</span> <Line inline={block.inline} href={href} />
    </Heading>
  )
}

// The numbers are text, not list markers: a quotation or a reader's ear needs them as printed.
const ListView = ({ items, href }: { items: readonly ListItem[]; href: Href }): VNode => (
  <ul class="outline">
    {items.map((item) => (
      <li>
        <span class="number">{item.number}</span> <Line inline={item.inline} href={href} />
        {item.items.length > 0 && <ListView items={item.items} href={href} />}
      </li>
    ))}
  </ul>
)

const Line = ({ inline, href }: { inline: readonly Inline[]; href: Href }): VNode => (
  <>
    {inline.map((part) => {
      const view = part.kind === 'text' ? part.text : <FigureView figure={part} href={href} />
      return part.strong ? <strong>{view}</strong> : view
    })}
  </>
)

type FigureInline = Extract<Inline, { kind: 'figure' }>

const FigureView = ({ figure, href }: { figure: FigureInline; href: Href }): VNode => (
  <a class="figure" href={href(figure.id)} data-figure={figure.id}>
    {figure.status === 'not-yet' ? <mark class="not-yet">{figure.text}</mark> : figure.text}
  </a>
)
