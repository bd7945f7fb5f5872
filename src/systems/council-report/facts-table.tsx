import type { VNode } from 'preact'
import { formatNumber } from '../../core/format.ts'
import { pick } from '../../core/i18n.ts'
import type { ReportFigure } from '../../kernel/figures/report/document.ts'
import { windowName } from '../../kernel/figures/report/facts.ts'
import { unitName } from '../../kernel/figures/units.ts'
import { type Column, DataTable } from '../../web/components/data-table.tsx'
import type { View } from '../../web/view.ts'

/** The figures of a report as a table; each id opens the records as the number in the text does. */
export const FactsTable = (props: {
  view: View
  figures: readonly ReportFigure[]
  href: (id: string) => string
}): VNode => (
  <section class="facts">
    <h2>{props.view.t('數據一覽', 'Table of figures')}</h2>
    <DataTable
      view={props.view}
      caption={props.view.t('數據一覽', 'Table of figures')}
      hideCaption
      columns={columnsFor(props.view, props.href)}
      rows={props.figures}
      rowKey={(figure) => figure.id}
      empty={<p>{props.view.t('這份報告沒有數字。', 'This report has no figures.')}</p>}
    />
  </section>
)

const columnsFor = (view: View, href: (id: string) => string): readonly Column<ReportFigure>[] => [
  {
    key: 'id',
    label: { zh: '編號', en: 'No.' },
    cell: ({ id }) => (
      <a href={href(id)} data-figure={id}>
        {id}
      </a>
    ),
  },
  {
    key: 'title',
    label: { zh: '名稱', en: 'Name' },
    cell: ({ title }) => pick(title, view.locale),
  },
  {
    key: 'value',
    label: { zh: '數值', en: 'Value' },
    amount: true,
    cell: ({ status, text }) =>
      status === 'not-yet' ? (
        <mark class="not-yet">{pick(text, view.locale)}</mark>
      ) : (
        pick(text, view.locale)
      ),
  },
  {
    key: 'unit',
    label: { zh: '單位', en: 'Unit' },
    cell: ({ unit }) => pick(unitName(unit), view.locale),
  },
  {
    key: 'window',
    label: { zh: '統計期間', en: 'Window' },
    cell: ({ window }) => window && windowName(window, view.locale),
  },
  {
    key: 'rows',
    label: { zh: '紀錄筆數', en: 'Rows' },
    amount: true,
    cell: ({ rows }) => (rows === undefined ? null : formatNumber(rows, view.locale)),
  },
]
