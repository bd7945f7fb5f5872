import { sql } from 'kysely'
import type { VNode } from 'preact'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { isoDate, periodName, rocDateTime } from '../../core/format.ts'
import { may } from '../../core/operation.ts'
import { type Version, versionRoot, versionsOf } from '../../kernel/figures/freeze.ts'
import { ReportArticle } from '../../kernel/figures/report/html.tsx'
import { notYetMark } from '../../kernel/figures/report/template.ts'
import { WithInspector } from '../../web/components/stat.tsx'
import { Notice } from '../../web/components/words.tsx'
import type { Answer, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import type { View } from '../../web/view.ts'
import { FactsTable } from './facts-table.tsx'
import { type Edition, editionOf, openFigures } from './opened.ts'
import { type Report, readReport, templatesOf } from './operations.ts'
import { EditorForm } from './pages-freeze.tsx'
import { editionName, editionPath, Fact, Hash } from './parts.tsx'

/** `GET /reports`: the newest period that was frozen, else the half-year before now. */
export async function newestReport({ read }: Visit): Promise<Answer> {
  const period = await read('public', newestPeriod)
  return { to: `/reports/${period}` }
}

async function newestPeriod(ctx: Ctx): Promise<string> {
  const newest = await row(
    ctx.db,
    // Periods of three digits, as the operations insist, sort as text.
    sql<{ period: string }>`select period from figures.version order by period desc limit 1`,
  )
  return newest?.period ?? halfYearBefore(ctx.now)
}

/** The half-year that ended last: in November 2020, 109H1. */
export const halfYearBefore = (now: Date): string => {
  const [year = 0, month = 1] = isoDate(now).split('-').map(Number)
  return month > 6 ? `${year - 1911}H1` : `${year - 1912}H2`
}

type Shown = {
  readonly edition: Edition
  readonly report: Report
  readonly versions: readonly Version[]
  readonly root: string
}

/** `GET /reports/:period`: the report in the reader's language, each number open to its records. */
export async function reportPage(visit: Visit): Promise<Answer> {
  const { view, params, query } = visit
  const period = params.period ?? ''
  const shown: Shown = await visit.read('public', async (ctx) => {
    const edition = await editionOf(ctx, period, query.version)
    const report = await readReport(ctx, period, view.locale, query.version)
    const root =
      edition.version?.root ?? versionRoot(templatesOf(ctx), await openFigures(ctx, edition))
    return { edition, report, versions: await versionsOf(ctx, period), root }
  })
  const { document } = shown.report
  const href = (id: string) => view.href(editionPath(shown.edition, `/figures/${id}`))
  const title = `${document.title}　${periodName(period, view.locale)}`
  return {
    page: (
      <Page view={view} title={title}>
        <WithInspector view={view}>
          <ReportHead view={view} shown={shown} />
          <ReportArticle document={document} locale={view.locale} href={href} />
          <FactsTable view={view} figures={document.figures} href={href} />
          <Colophon view={view} shown={shown} />
          <Editors visit={visit} shown={shown} />
        </WithInspector>
      </Page>
    ),
  }
}

const ReportHead = ({ view, shown }: { view: View; shown: Shown }): VNode => {
  const { edition, report, versions } = shown
  const { version, period } = edition
  const missing = report.document.figures.filter(({ status }) => status === 'not-yet').length
  const mark = notYetMark(view.locale)
  return (
    <header class="report-head">
      <h1>{report.document.title}</h1>
      <p class="lead">{periodName(period, view.locale)}</p>
      <p class="soft">
        {editionName(edition, view)}
        {view.t('　資料截至', ', as recorded by ')}
        <time dateTime={edition.asOf.toISOString()} title={isoDate(edition.asOf)}>
          {rocDateTime(edition.asOf, view.locale)}
        </time>
      </p>
      {version && version.version > 1 ? (
        <p>{view.t(`勘誤：${version.reason}`, `Correction: ${version.reason}`)}</p>
      ) : null}
      <Warnings view={view} edition={edition} newest={versions[0]} />
      {missing > 0 ? (
        <p class="soft">
          {view.t(
            `標示${mark}的 ${missing} 個數字，產生它的系統還沒有上線；不以人工填寫代替。`,
            `${missing} figures marked ${mark} wait for the systems that will record them.`,
          )}
        </p>
      ) : null}
    </header>
  )
}

const Warnings = (props: { view: View; edition: Edition; newest: Version | undefined }) => {
  const { view, edition, newest } = props
  if (!edition.version)
    return (
      <Notice tone="info" title={view.t('這是草稿', 'This is a draft')}>
        <p>
          {view.t(
            '數字依此刻的紀錄計算，之後可能改變；凍結後才是正式版本。',
            'Its figures are computed from the records of this moment and may change until frozen.',
          )}
        </p>
      </Notice>
    )
  if (!newest || newest.version === edition.version.version) return null
  return (
    <Notice tone="soon" title={view.t('這一版已有更正', 'A later version corrects this one')}>
      <p>
        <a href={view.href(`/reports/${edition.period}`)}>
          {view.t(`看第 ${newest.version} 版`, `Read version ${newest.version}`)}
        </a>
      </p>
    </Notice>
  )
}

const formats = ['pdf', 'odt', 'docx', 'html'] as const

const Colophon = ({ view, shown }: { view: View; shown: Shown }): VNode => {
  const { edition, root, versions } = shown
  const { period, version } = edition
  return (
    <section class="colophon">
      <h2>{view.t('版本與查驗', 'Version and proof')}</h2>
      <dl class="summary">
        <Fact label={view.t('版本', 'Version')}>{editionName(edition, view)}</Fact>
        {version ? (
          <Fact label={view.t('凍結時間', 'Frozen')}>
            {rocDateTime(version.frozen_at, view.locale)}
          </Fact>
        ) : null}
        <Fact label={view.t('全部數字的雜湊（根）', 'Root hash over all figures')}>
          <Hash value={root} />
        </Fact>
      </dl>
      <ul class="links">
        {versions.length > 0 ? (
          <li>
            <a href={view.href(`/reports/${period}/versions`)}>
              {view.t(`各版本（${versions.length}）`, `Versions (${versions.length})`)}
            </a>
          </li>
        ) : null}
        {version ? (
          <li>
            <a href={view.href(editionPath(edition, '/differences'))}>
              {view.t('重算並與現在的紀錄比較', 'Compute again and compare with the records now')}
            </a>
          </li>
        ) : null}
        {version ? (
          <li>
            <a href={view.href(`/reports/${period}?version=draft`)}>
              {view.t('依現在紀錄計算的草稿', 'The draft from the records as they stand')}
            </a>
          </li>
        ) : null}
        <li>
          <a href={editionPath(edition, '/facts.json')}>
            {view.t('機器可讀的數字（JSON）', 'The figures for machines (JSON)')}
          </a>
        </li>
        <li>
          {view.t('下載：', 'Download: ')}
          {formats.map((format, i) => (
            <>
              {i > 0 ? view.t('、', ', ') : null}
              <a href={view.href(editionPath(edition, `/report.${format}`))} data-turbo="false">
                {format.toUpperCase()}
              </a>
            </>
          ))}
        </li>
      </ul>
    </section>
  )
}

const Editors = ({ visit, shown }: { visit: Visit; shown: Shown }): VNode | null => {
  const kind = shown.versions.length > 0 ? 'correct' : 'freeze'
  if (!may(visit.actor, `council-report.${kind}`)) return null
  return (
    <details class="editors">
      <summary>
        {kind === 'freeze'
          ? visit.view.t('凍結這一期', 'Freeze this report')
          : visit.view.t('勘誤：發布新版本', 'Correct: publish a new version')}
      </summary>
      <EditorForm view={visit.view} period={shown.edition.period} kind={kind} />
    </details>
  )
}
