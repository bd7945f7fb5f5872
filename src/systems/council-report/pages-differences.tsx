import { sql } from 'kysely'
import { rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { periodName } from '../../core/format.ts'
import { pick } from '../../core/i18n.ts'
import { isComputed } from '../../kernel/figures/compute.ts'
import type { EvidenceChange } from '../../kernel/figures/evidence.ts'
import { publicRow } from '../../kernel/figures/figure.ts'
import { versionsOf } from '../../kernel/figures/freeze.ts'
import { DataTable } from '../../web/components/data-table.tsx'
import { When } from '../../web/components/when.tsx'
import { Breadcrumbs, EmptyState, Notice } from '../../web/components/words.tsx'
import type { Answer, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import type { View } from '../../web/view.ts'
import { allFigures } from './figures.ts'
import { compareVersion, type Difference } from './operations.ts'
import { Hash } from './parts.tsx'

/**
 * `GET /reports/:period/differences`: a frozen version computed again. At its own cut-off every row
 * must come back as it was; now, it shows what was recorded since and why.
 */
export async function differencesPage(visit: Visit): Promise<Answer> {
  const { view, params, query, read } = visit
  const period = params.period ?? ''
  const found = await read('public', async (ctx) => {
    const versions = await versionsOf(ctx, period)
    const wanted = query.version
    const version = versions.find((one) => !wanted || String(one.version) === wanted)
    if (!version) return undefined
    const differences = await compareVersion(ctx, version)
    const gone = differences.flatMap(({ changes }) =>
      changes.filter(({ change }) => change === 'removed').map(({ key }) => key),
    )
    const reasons = await rows(
      ctx.db,
      sql<{ no: string; reason: string }>`select no, reason from cases.register
        where no = any (${gone}::text[]) and reason is not null`,
    )
    return { version, differences, reasons: new Map(reasons.map((r) => [r.no, r.reason])) }
  })
  if (!found) throw notFound({ zh: '凍結的版本', en: 'a frozen version' })
  const { version, differences, reasons } = found
  const broken = differences.filter(({ reproduced }) => !reproduced).map(({ id }) => id)
  const changed = differences.filter(({ changes }) => changes.length > 0)
  const title = view.t('重算與差異', 'Computed again, and what differs')
  return {
    page: (
      <Page view={view} title={`${title} ${period}`}>
        <Breadcrumbs
          view={view}
          items={[
            {
              href: `/reports/${period}?version=${version.version}`,
              label: {
                zh: `${periodName(period, 'zh')} 工作報告`,
                en: `Report ${periodName(period, 'en')}`,
              },
            },
          ]}
        />
        <h1>{title}</h1>
        <p>
          {view.t(
            `第 ${version.version} 版，資料截至`,
            `Version ${version.version}, as recorded by`,
          )}{' '}
          <When view={view} at={version.as_of} time />
        </p>
        {broken.length === 0 ? (
          <Notice
            tone="ok"
            title={view.t('同一截止時間重算，完全相符', 'Reproduced at its cut-off')}
          >
            <p>
              {view.t(
                `${differences.length} 個數字依當時的紀錄重新計算，每一列都和凍結時相同。`,
                `${differences.length} figures were computed again as of the cut-off; ` +
                  `every row is as frozen.`,
              )}
            </p>
          </Notice>
        ) : (
          <Notice tone="late" title={view.t('重算不符', 'Not reproduced')}>
            <p>
              {view.t(
                `${broken.join('、')} 依當時的紀錄重算，結果和凍結時不同：過去的紀錄被改動過。`,
                `${broken.join(', ')} come out differently as of the cut-off: past records ` +
                  `were changed.`,
              )}
            </p>
          </Notice>
        )}
        <h2>{view.t('凍結之後的變動', 'What changed since')}</h2>
        {changed.length === 0 ? (
          <EmptyState title={view.t('沒有變動', 'Nothing changed')}>
            <p>
              {view.t(
                '凍結以後，本期的紀錄沒有更正或撤銷。',
                'No record of this period was corrected or annulled since.',
              )}
            </p>
          </EmptyState>
        ) : (
          changed.map((one) => (
            <Changed key={one.id} view={view} difference={one} reasons={reasons} />
          ))
        )}
        <p class="soft">
          {view.t('這個版本的根：', 'Root of this version: ')}
          <Hash value={version.root} />
        </p>
      </Page>
    ),
  }
}

const words = {
  added: { zh: '新增', en: 'added' },
  removed: { zh: '不再計入', en: 'no longer counted' },
  changed: { zh: '內容改變', en: 'changed' },
} as const

const Changed = (props: {
  view: View
  difference: Difference
  reasons: ReadonlyMap<string, string>
}) => {
  const { view, difference, reasons } = props
  const definition = allFigures().get(difference.id)
  const title = definition ? pick(definition.title, view.locale) : ''
  const shown = (change: EvidenceChange): string => {
    const row = change.change === 'removed' ? change.frozen : change.current
    if (!definition || !isComputed(definition)) return ''
    const { key: _, ...rest } = publicRow(definition, row)
    return Object.entries(rest)
      .map(([name, value]) => `${name} ${String(value ?? '')}`)
      .join('　')
  }
  return (
    <section>
      <h3>
        {difference.id} {title}
      </h3>
      <p>
        {view.t('凍結時', 'Frozen')} <strong>{String(difference.frozen ?? '')}</strong>
        {view.t('，現在', ', now')} <strong>{String(difference.now ?? '')}</strong>
      </p>
      <DataTable
        view={view}
        caption={`${difference.id} ${title}`}
        hideCaption
        rows={difference.changes}
        rowKey={(one) => one.key}
        empty={null}
        columns={[
          { key: 'key', label: { zh: '紀錄', en: 'Record' }, cell: (one) => one.key },
          {
            key: 'change',
            label: { zh: '變動', en: 'Change' },
            cell: (one) => pick(words[one.change], view.locale),
          },
          {
            key: 'reason',
            label: { zh: '理由', en: 'Reason' },
            cell: (one) => reasons.get(one.key) ?? '',
          },
          { key: 'row', label: { zh: '內容', en: 'Row' }, cell: shown },
        ]}
      />
      {difference.more > 0 ? (
        <p class="soft">
          {view.t(`還有 ${difference.more} 列。`, `${difference.more} rows more.`)}
        </p>
      ) : null}
    </section>
  )
}

/** `GET /reports/:period/versions`: every version, with why it was made. */
export async function versionsPage(visit: Visit): Promise<Answer> {
  const { view, params, read } = visit
  const period = params.period ?? ''
  const versions = await read('public', (ctx) => versionsOf(ctx, period))
  const title = view.t(`${period} 各版本`, `Versions of ${period}`)
  return {
    page: (
      <Page view={view} title={title}>
        <Breadcrumbs
          view={view}
          items={[{ href: `/reports/${period}`, label: { zh: '工作報告', en: 'Report' } }]}
        />
        <h1>{title}</h1>
        <DataTable
          view={view}
          caption={title}
          hideCaption
          rows={versions}
          rowKey={(one) => one.id}
          empty={
            <EmptyState title={view.t('還沒有凍結過', 'Not frozen yet')}>
              <p>{view.t('凍結後，版本會列在這裡。', 'Versions are listed here once frozen.')}</p>
            </EmptyState>
          }
          columns={[
            {
              key: 'version',
              label: { zh: '版本', en: 'Version' },
              cell: (one) => (
                <a href={view.href(`/reports/${period}?version=${one.version}`)}>
                  {view.t(`第 ${one.version} 版`, `Version ${one.version}`)}
                </a>
              ),
            },
            {
              key: 'as-of',
              label: { zh: '資料截至', en: 'As recorded by' },
              cell: (one) => <When view={view} at={one.as_of} time />,
            },
            {
              key: 'frozen',
              label: { zh: '凍結', en: 'Frozen' },
              cell: (one) => <When view={view} at={one.frozen_at} time />,
            },
            { key: 'reason', label: { zh: '理由', en: 'Reason' }, cell: (one) => one.reason },
            {
              key: 'root',
              label: { zh: '根', en: 'Root' },
              cell: (one) => <Hash value={one.root} />,
            },
            {
              key: 'compare',
              label: { zh: '查驗', en: 'Check' },
              cell: (one) => (
                <a href={view.href(`/reports/${period}/differences?version=${one.version}`)}>
                  {view.t('重算比較', 'Compute again')}
                </a>
              ),
            },
          ]}
        />
      </Page>
    ),
  }
}
