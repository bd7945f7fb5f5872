import { taipei } from '../../../core/format.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { ChartFrame, ChartTable } from '../../../web/components/chart-frame.tsx'
import { EmptyState, Tabs } from '../../../web/components/words.tsx'
import { shareText } from '../../../web/dates.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { directory } from '../../identity/directory.ts'
import type { CaseType } from '../define.ts'
import { daysOf, lastDays } from '../kpi.ts'
import { samples, surveyPlan } from '../survey.ts'
import { type Sample, wilson } from '../survey-stats.ts'

type Line = Sample & { readonly name: Text }

/** How satisfied people of finished cases are: a random sample, who answered, and the doubt. */
export async function satisfactionPage(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { view, query, platform } = visit
  const type = types.find(({ kind }) => kind === query.kind) ?? types[0]!
  const days = daysOf(query, platform.now()) ?? lastDays(platform.now(), 90)
  const lines = await visit.read('kpi.read', async (ctx): Promise<Line[]> => {
    const to = new Date(+taipei(days.to) + 86_400_000)
    const found = await samples(ctx, type.kind, taipei(days.from), to)
    const agencies = await directory(ctx)
    return found.map(({ agency, ...sample }) => ({
      ...sample,
      name: agency === null ? { zh: '全部', en: 'All' } : agencies.name(agency),
    }))
  })
  const share = surveyPlan(platform.city)[type.kind]?.share ?? 0
  const title = view.t('滿意度', 'Satisfaction')
  const page = (
    <Page view={view} title={`${title}：${pick(type.title, view.locale)}`} chrome="staff">
      <h1>{title}</h1>
      <Tabs
        view={view}
        label={view.t('案件種類', 'Kinds of case')}
        items={types.map((one) => ({
          href: `/desk/satisfaction?${new URLSearchParams({ kind: one.kind, ...days })}`,
          label: one.title,
          current: one === type,
        }))}
      />
      <p class="soft">
        {view.t(
          `結案案件隨機抽 ${shareText(share)} 詢問一題，4、5 分算滿意。橫線是 95% 信賴區間：回答的人越少，線越長。`,
          `${shareText(share)} of finished cases are drawn at random and asked one question; ` +
            '4 and 5 of 5 count as satisfied. The line is the 95% confidence interval.',
        )}
      </p>
      {lines.length === 0 ? (
        <EmptyState title={view.t('這段期間沒有抽樣', 'No sample in these days')}>
          <p>{view.t('結案一天後才會抽樣。', 'Cases are drawn a day after they finish.')}</p>
        </EmptyState>
      ) : (
        <Intervals view={view} lines={lines} />
      )}
    </Page>
  )
  return { page }
}

const rowPx = 52

/** Each share as a dot on the line of its confidence interval; the numbers as a table beneath. */
const Intervals = ({ view, lines }: { view: View; lines: readonly Line[] }) => {
  const title = view.t('滿意的比率', 'Share satisfied')
  const [first] = lines
  const whole = first ? wilson(first.satisfied, first.answered) : null
  const [share, low, high] = [whole?.share, whole?.low, whole?.high].map((n) => shareText(n ?? 0))
  const description = whole
    ? view.t(
        `全部：${share}，介於 ${low} 與 ${high}。`,
        `All: ${share}, between ${low} and ${high}.`,
      )
    : view.t('還沒有人回答。', 'Nobody has answered yet.')
  return (
    <ChartFrame title={title}>
      <svg height={lines.length * rowPx} role="img" aria-labelledby="sat-t sat-d">
        <title id="sat-t">{title}</title>
        <desc id="sat-d">{description}</desc>
        {lines.map((line, i) => (
          <Interval key={line.name.zh} view={view} line={line} y={i * rowPx} />
        ))}
      </svg>
      <ChartTable
        view={view}
        caption={title}
        head={[
          view.t('機關', 'Agency'),
          view.t('抽樣', 'Drawn'),
          view.t('回答', 'Answered'),
          view.t('回答率', 'Response rate'),
          view.t('滿意', 'Satisfied'),
          view.t('95% 信賴區間', '95% interval'),
          view.t('平均分數', 'Mean score'),
        ]}
        rows={lines.map((line) => ({ name: pick(line.name, view.locale), values: cells(line) }))}
      />
    </ChartFrame>
  )
}

function cells({ drawn, answered, satisfied, mean }: Sample): string[] {
  const estimate = wilson(satisfied, answered)
  return [
    String(drawn),
    String(answered),
    shareText(answered / drawn),
    estimate ? shareText(estimate.share) : '–',
    estimate ? `${shareText(estimate.low)}–${shareText(estimate.high)}` : '–',
    mean === null ? '–' : mean.toFixed(1),
  ]
}

const Interval = ({ view, line, y }: { view: View; line: Line; y: number }) => {
  const estimate = wilson(line.satisfied, line.answered)
  const at = (share: number) => `${(share * 100).toFixed(1)}%`
  return (
    <g>
      <text x="0" y={y + 20}>
        {pick(line.name, view.locale)}
      </text>
      <text x="100%" y={y + 20} text-anchor="end">
        {view.t(`${line.answered}／${line.drawn} 人回答`, `${line.answered} of ${line.drawn}`)}
      </text>
      {estimate ? (
        <>
          <line
            class="whisker"
            x1={at(estimate.low)}
            x2={at(estimate.high)}
            y1={y + 34}
            y2={y + 34}
          />
          <circle class="estimate" cx={at(estimate.share)} cy={y + 34} r="6" />
        </>
      ) : null}
    </g>
  )
}
