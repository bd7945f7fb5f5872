import { pick, type Text } from '../../../core/i18n.ts'
import { may } from '../../../core/operation.ts'
import { Exports } from '../../../web/components/exports.tsx'
import { Stat, Stats } from '../../../web/components/stat.tsx'
import { EmptyState, Notice, Tabs } from '../../../web/components/words.tsx'
import { dateText } from '../../../web/dates.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { type SheetFormat, sheetAnswer } from '../../../web/sheet.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { type Directory, directory } from '../../identity/directory.ts'
import { type CaseType, itemOf } from '../define.ts'
import {
  type Days,
  type Dimension,
  daysOf,
  dimensions,
  lastDays,
  type Measures,
  measure,
  weekly,
} from '../kpi.ts'
import { cityPlaces } from '../pack.ts'
import { noDistrict } from '../queries.ts'
import { AgencyChart, WeekChart } from './kpi-charts.tsx'
import { dimensionNames, measuresShown, noValue, rowsOf, type Shown } from './kpi-columns.ts'
import { DaysForm, Definitions, PartTable } from './kpi-parts.tsx'

type Asked = Shown & { readonly now: Date; readonly wrongDays: boolean }

/** Reads what the address asks for, within what the person may see under `kpi.read`. */
async function ask(types: readonly CaseType[], visit: Visit): Promise<Asked> {
  const { query, read, platform, actor } = visit
  const type = types.find(({ kind }) => kind === query.kind) ?? types[0]!
  return read('kpi.read', async (ctx) => {
    const asked = daysOf(query, ctx.now)
    const days = asked ?? lastDays(ctx.now, 90)
    return {
      type,
      days,
      kpis: await measure(ctx, type.kind, days),
      weeks: await weekly(ctx, type.kind, days),
      name: namesOf(type, platform.city, await directory(ctx)),
      links: may(actor, type.readBy),
      now: ctx.now,
      wrongDays: asked === undefined,
    }
  })
}

function namesOf(type: CaseType, city: Visit['platform']['city'], agencies: Directory) {
  const { districts } = cityPlaces(city)
  return (dimension: Dimension, key: string): Text => {
    if (dimension === 'agency') return agencies.name(key)
    if (dimension === 'item') return itemOf(type, city, key)?.name ?? { zh: key, en: key }
    if (key === noDistrict) return { zh: '沒有地點', en: 'Without a place' }
    return districts.find(({ code }) => code === key)?.name ?? { zh: key, en: key }
  }
}

/** How many came and went, how fast and how well, of one kind of case. Section 五(二). */
export async function kpiPage(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { view } = visit
  const asked = await ask(types, visit)
  const { type, days, kpis, weeks } = asked
  const title = view.t('統計', 'Figures')
  const idle = kpis.agency.length === 0
  return {
    page: (
      <Page view={view} title={`${title}：${pick(type.title, view.locale)}`} chrome="staff">
        <h1>{title}</h1>
        <KindTabs view={view} types={types} current={type} days={days} />
        {asked.wrongDays ? <WrongDays view={view} /> : null}
        <DaysForm view={view} kind={type.kind} days={days} now={asked.now} />
        <p class="soft">
          {view.t(
            `${span(view, days)}；未結與逾期是目前的數字，誤登撤銷的不計。`,
            `${span(view, days)}. Open and overdue are as of now; annulled entries do not count.`,
          )}
        </p>
        {idle ? (
          <NoCases view={view} />
        ) : (
          <>
            <Totals view={view} shown={asked} />
            <WeekChart view={view} weeks={weeks} days={days} />
            <AgencyChart view={view} shown={asked} />
            {dimensions.map((dimension) => (
              <PartTable key={dimension} view={view} shown={asked} dimension={dimension} />
            ))}
          </>
        )}
        <Definitions view={view} />
        <Exports view={view} base="/desk/kpi" query={{ kind: type.kind, ...days }} />
      </Page>
    ),
  }
}

const span = (view: View, { from, to }: Days) =>
  view.t(
    `${dateText(from, 'zh')}至${dateText(to, 'zh')}`,
    `${dateText(from, 'en')} to ${dateText(to, 'en')}`,
  )

type TabsProps = { view: View; types: readonly CaseType[]; current: CaseType; days: Days }

const KindTabs = ({ view, types, current, days }: TabsProps) => (
  <Tabs
    view={view}
    label={view.t('案件種類', 'Kinds of case')}
    items={types.map((type) => ({
      href: `/desk/kpi?${new URLSearchParams({ kind: type.kind, ...days })}`,
      label: type.title,
      current: type === current,
    }))}
  />
)

const WrongDays = ({ view }: { view: View }) => (
  <Notice tone="late" title={view.t('這段日期看不懂', 'These days cannot be read')}>
    <p>
      {view.t(
        '起日不能晚於迄日，最長三年。以下先顯示最近 90 天。',
        'The first day must not follow the last; three years at most. Here are the last 90 days.',
      )}
    </p>
  </Notice>
)

const NoCases = ({ view }: { view: View }) => (
  <EmptyState title={view.t('這段期間沒有案件', 'No cases in these days')}>
    <p>
      {view.t(
        '您看得到的機關在這段期間沒有收件、結案，目前也沒有未結案件；可以換一段期間。',
        'The agencies you see received and closed none, and none is open. Choose other days.',
      )}
    </p>
  </EmptyState>
)

const Totals = ({ view, shown }: { view: View; shown: Shown }) => (
  <Stats>
    {measuresShown.map((one) => {
      const value = shown.kpis.all[one.key]
      const href = shown.links ? rowsOf(shown.type.kind, one, shown.days) : undefined
      return (
        <Stat
          key={one.key}
          view={view}
          label={one.label}
          value={value === null ? pick(noValue, view.locale) : one.look(value)}
          {...(value !== null && one.unit && { unit: one.unit })}
          {...(href && { href })}
        />
      )
    })}
  </Stats>
)

/** The same figures as a file: counts as they are, shares 0-1, days and hours as decimals. */
export async function kpiFile(
  types: readonly CaseType[],
  format: SheetFormat,
  visit: Visit,
): Promise<Answer> {
  const { view } = visit
  const { type, days, kpis, name } = await ask(types, visit)
  const t = (text: Text) => pick(text, view.locale)
  const values = (measured: Measures) =>
    measuresShown.map(({ key }) => {
      const value = measured[key]
      return value === null ? null : Math.round(value * 10_000) / 10_000
    })
  const lines = [
    [t(type.title), '', ...values(kpis.all)],
    ...dimensions.flatMap((dimension) =>
      kpis[dimension].map((part) => [
        t(dimensionNames[dimension]),
        t(name(dimension, part.key)),
        ...values(part),
      ]),
    ),
  ]
  const head = [
    view.t('分類', 'By'),
    view.t('名稱', 'Name'),
    ...measuresShown.map((m) => t(m.label)),
  ]
  return sheetAnswer(
    { name: `kpi-${type.kind}-${days.from}-${days.to}`, head, rows: lines },
    format,
  )
}
