import type { VNode } from 'preact'
import { formatNumber, rocDateTime } from '../../core/format.ts'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import { normalNumber } from '../../core/number.ts'
import { may } from '../../core/operation.ts'
import { isComputed } from '../../kernel/figures/compute.ts'
import type { EvidenceRow, FigureKind } from '../../kernel/figures/figure.ts'
import { windowName } from '../../kernel/figures/report/facts.ts'
import { unitName } from '../../kernel/figures/units.ts'
import { ButtonLink, Buttons } from '../../web/components/button.tsx'
import { DataTable } from '../../web/components/data-table.tsx'
import { Pagination } from '../../web/components/list-tools.tsx'
import { Breadcrumbs, EmptyState, Notice } from '../../web/components/words.tsx'
import type { Answer, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import type { View } from '../../web/view.ts'
import { type Names, namesFor } from './names.ts'
import { editionOf, editionQuery, type OpenedFigure, openFigure, readableRows } from './opened.ts'
import { columnsOf } from './pages-rows.ts'
import { editionName, editionPath, Fact, Hash } from './parts.tsx'

/** How many rows of evidence stand on one page. */
const pageSize = 50

type Inspected = OpenedFigure & {
  readonly shown: readonly EvidenceRow[]
  readonly from: number
  readonly names: Names
  readonly desk: boolean
}

/**
 * `GET /reports/:period/figures/:id`: all that a number rests on. The report's side panel fetches
 * the same page, so that it works without a script.
 */
export async function figurePage(visit: Visit): Promise<Answer> {
  const { view, params, query, actor } = visit
  const from = /^\d{1,9}$/.test(query.from ?? '') ? Number(query.from) : 0
  const full = may(actor, 'council-report.read-full')
  const inspected: Inspected = await visit.read('public', async (ctx) => {
    const edition = await editionOf(ctx, params.period ?? '', query.version)
    const opened = await openFigure(ctx, edition, params.id ?? '')
    const shown = await readableRows(ctx, opened, { from, n: pageSize, full })
    const names = await namesFor(ctx, opened.frozen.system, view.locale)
    return { ...opened, shown, from, names, desk: actor.kind === 'staff' }
  })
  const { edition, frozen } = inspected
  const back = editionPath(edition)
  const label = { zh: `${edition.period} 工作報告`, en: `Council report ${edition.period}` }
  return {
    page: (
      <Page view={view} title={`${frozen.figure} ${view.t(frozen.title_zh, frozen.title_en)}`}>
        <Breadcrumbs view={view} items={[{ href: back, label }]} />
        <h1 class="sr-only">{view.t('這個數字的依據', 'What this number rests on')}</h1>
        <div data-inspector>
          <FigureCard view={view} inspected={inspected} />
        </div>
      </Page>
    ),
  }
}

const FigureCard = ({ view, inspected }: { view: View; inspected: Inspected }): VNode => {
  const { frozen, definition } = inspected
  const note = definition && isComputed(definition) ? definition.note : undefined
  return (
    <>
      <h2 class="figure-title">
        <span class="soft">{frozen.figure}</span> {view.t(frozen.title_zh, frozen.title_en)}
      </h2>
      {frozen.status === 'not-yet' ? (
        <NotYet view={view} />
      ) : (
        <p class="figure-value">
          {view.t(frozen.text_zh, frozen.text_en)}
          {frozen.unit === 'date' ? null : (
            <span class="unit"> {pick(unitName(frozen.unit), view.locale)}</span>
          )}
        </p>
      )}
      {note ? <p>{pick(note, view.locale)}</p> : null}
      <FigureFacts view={view} inspected={inspected} />
      {frozen.sql ? (
        <>
          <h3>{view.t('計算方式（SQL）', 'How it is computed (SQL)')}</h3>
          <pre class="sql" tabindex={0}>
            {frozen.sql}
          </pre>
        </>
      ) : null}
      {frozen.rows === null ? null : <Evidence view={view} inspected={inspected} />}
    </>
  )
}

const FigureFacts = ({ view, inspected }: { view: View; inspected: Inspected }): VNode => {
  const { frozen, definition, edition } = inspected
  const computed = definition && isComputed(definition) ? definition : undefined
  return (
    <dl class="summary">
      <Fact label={view.t('版本', 'Edition')}>{editionName(edition, view)}</Fact>
      {computed ? (
        <Fact label={view.t('性質', 'Kind')}>{pick(kinds[computed.kind], view.locale)}</Fact>
      ) : null}
      {frozen.from_at && frozen.to_at ? (
        <Fact label={view.t('統計期間', 'Window')}>
          {windowName({ from: frozen.from_at, to: frozen.to_at, asOf: edition.asOf }, view.locale)}
        </Fact>
      ) : null}
      <Fact label={view.t('資料截至', 'As recorded by')}>
        {rocDateTime(edition.asOf, view.locale)}
      </Fact>
      {frozen.rows === null ? null : (
        <Fact label={view.t('紀錄筆數', 'Rows')}>{formatNumber(frozen.rows, view.locale)}</Fact>
      )}
      {frozen.root ? (
        <Fact label={view.t('紀錄的 Merkle 根', 'Merkle root of the rows')}>
          <Hash value={frozen.root} />
        </Fact>
      ) : null}
      <Fact label={view.t('這個數字的雜湊', 'Hash of this figure')}>
        <Hash value={frozen.hash} />
      </Fact>
    </dl>
  )
}

const NotYet = ({ view }: { view: View }) => (
  <Notice tone="soon" title={view.t('〔尚未計算〕', '[not yet computed]')}>
    <p>
      {view.t(
        '產生這個數字的系統還沒有上線，所以沒有紀錄可算。報告裡不會用人工填寫的數字代替。',
        'No system records this yet, so nothing can be counted. No number is typed in its place.',
      )}
    </p>
  </Notice>
)

const Evidence = ({ view, inspected }: { view: View; inspected: Inspected }): VNode => {
  const { shown, from, names, frozen, edition } = inspected
  const base = `/reports/${edition.period}/figures/${frozen.figure}`
  const query = editionQuery(edition)
  const total = frozen.rows ?? 0
  const span = view.t(
    `第 ${from + 1} 至 ${from + shown.length} 筆，共 ${formatNumber(total, 'zh')} 筆`,
    `Rows ${from + 1} to ${from + shown.length} of ${formatNumber(total, 'en')}`,
  )
  const columns = columnsOf(inspected, shown[0]).map((key) => ({
    key,
    label: { zh: names.column(key), en: names.column(key) },
    cell: (row: EvidenceRow) => <Cell view={view} inspected={inspected} row={row} column={key} />,
  }))
  return (
    <section class="evidence">
      <h3>{view.t('佐證紀錄', 'The rows behind it')}</h3>
      <DataTable
        view={view}
        caption={span}
        hideCaption
        columns={columns}
        rows={shown}
        rowKey={(row) => row.key}
        narrow="scroll"
        empty={<NoRows view={view} total={total} />}
      />
      {shown.length > 0 ? (
        <Pagination
          view={view}
          shown={span}
          {...(from > 0 && { newer: `${base}${query}&from=${Math.max(0, from - pageSize)}` })}
          {...(from + pageSize < total && { older: `${base}${query}&from=${from + pageSize}` })}
        />
      ) : null}
      <Buttons>
        <ButtonLink href={view.href(`${base}/rows.csv${query}`)} icon="download">
          {view.t('下載全部（CSV）', 'Download all (CSV)')}
        </ButtonLink>
        <ButtonLink href={view.href(`${base}/rows.ndjson${query}`)} icon="download">
          {view.t('下載全部（NDJSON）', 'Download all (NDJSON)')}
        </ButtonLink>
      </Buttons>
    </section>
  )
}

const Cell = (props: { view: View; inspected: Inspected; row: EvidenceRow; column: string }) => {
  const { view, inspected, row, column } = props
  const { names, frozen, desk } = inspected
  if (column !== 'key' || !desk || normalNumber(row.key) !== row.key)
    return <>{names.cell(column, row[column])}</>
  return <a href={view.href(`/desk/${frozen.system}/${row.key}`)}>{row.key}</a>
}

const NoRows = ({ view, total }: { view: View; total: number }) => (
  <EmptyState
    title={
      total === 0
        ? view.t('期間內沒有紀錄', 'Nothing was recorded in this window')
        : view.t('這一頁沒有紀錄', 'There are no rows on this page')
    }
  />
)

const kinds: Readonly<Record<FigureKind, Text>> = {
  flow: { zh: '期間內發生的件數', en: 'what happened within the window' },
  stock: { zh: '期末現況', en: 'what there was at its end' },
  cumulative: { zh: '歷年累計', en: 'everything up to its end' },
  sum: { zh: '期間合計', en: 'a sum over the window' },
  mean: { zh: '平均', en: 'a mean' },
  ratio: { zh: '比率', en: 'a ratio' },
  estimate: { zh: '估計', en: 'an estimate' },
  rule: { zh: '現行規定', en: 'a rule in force' },
  event: { zh: '事件', en: 'an event' },
  external: { zh: '外部資料', en: 'a signed source from outside' },
  ref: { zh: '參考日期', en: 'a reference' },
}
