import { notFound } from '../../../../core/errors.ts'
import { pick, type Text } from '../../../../core/i18n.ts'
import { may } from '../../../../core/operation.ts'
import { directory } from '../../../../kernel/identity/directory.ts'
import { levelNames } from '../../../../kernel/identity/levels.ts'
import {
  levelsAt,
  type Month,
  monthsOf,
  type Overview,
  overviewOf,
} from '../../../../systems/single-sign-on/overview.ts'
import { ButtonLink, Buttons } from '../../../../web/components/button.tsx'
import { BarChart } from '../../../../web/components/charts.tsx'
import { DataTable } from '../../../../web/components/data-table.tsx'
import type { Errors } from '../../../../web/components/fields.tsx'
import { LineChart } from '../../../../web/components/line-chart.tsx'
import { StateTag } from '../../../../web/components/tags.tsx'
import { When } from '../../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState, Notice, SummaryList } from '../../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { Page } from '../../../../web/shell.tsx'
import type { View } from '../../../../web/view.ts'
import { deliveriesTo } from '../../../scim/out/note.ts'
import { noticesTo, type Notice as Told } from '../../logout.ts'
import { Changes, factsOf, Lines } from './facts.tsx'
import { Provisioning } from './provisioning.tsx'
import { Decide, Keys } from './system-forms.tsx'
import { stateWords, systemsPath } from './words.ts'

/** What a step left to be shown on the page: a new secret, once; what is to be mended. */
export type Left = { readonly secret?: string; readonly errors?: Errors }

/** `GET /desk/sign-on/:id`: one system, what it requires, how it is used, what waits. */
export async function systemPage(visit: Visit, { secret, errors }: Left = {}): Promise<Answer> {
  const { view, params, read, actor, platform } = visit
  const found = await read('single-sign-on.read', async (ctx) => {
    const system = await overviewOf(ctx, params.id ?? '')
    if (!system) throw notFound({ zh: '這個系統', en: 'this system' })
    const months = await monthsOf(ctx, system.id)
    return {
      system,
      months,
      levels: await levelsAt(ctx, system.id, months[0]?.month),
      agency: (await directory(ctx)).name(system.agency),
    }
  })
  const { system, months, levels, agency } = found
  const notices = system.metadata.backchannel_logout_uri
    ? await noticesTo(platform, system.id)
    : undefined
  const deliveries = system.metadata.scim_uri ? await deliveriesTo(platform, system.id) : undefined
  const title = pick(system.name, view.locale)
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[{ href: systemsPath, label: { zh: '單一帳號認證', en: 'Single sign-on' } }]}
      />
      <h1>
        {title} <StateTag view={view} {...stateWords[system.state]} />
      </h1>
      <p class="lead">{pick(system.purpose, view.locale)}</p>
      {secret === undefined ? null : <Secret view={view} id={system.id} secret={secret} />}
      {system.change ? <Changes view={view} now={system} next={system.change} /> : null}
      <Facts view={view} system={system} agency={agency} />
      <Decide visit={visit} system={system} />
      <Keys visit={visit} system={system} />
      <h2>{view.t('登入', 'Sign-ins')}</h2>
      <Used view={view} months={months} levels={levels} />
      {may(actor, 'identity.audit') ? (
        <Buttons>
          <ButtonLink href={view.href(`${systemsPath}/${system.id}/sign-ins`)}>
            {view.t('查核登入紀錄', 'Audit the sign-ins')}
          </ButtonLink>
        </Buttons>
      ) : null}
      {notices ? <Notices view={view} notices={notices} /> : null}
      {deliveries ? (
        <Provisioning visit={visit} {...{ system, deliveries, errors: errors ?? {} }} />
      ) : null}
    </Page>
  )
  return { page, status: errors ? 422 : 200 }
}

const Secret = ({ view, id, secret }: { view: View; id: string; secret: string }) => (
  <Notice
    tone="ok"
    title={view.t('請現在抄下密鑰，只顯示這一次', 'Copy the secret now: once only')}
  >
    <p class="proof">
      <code>client_id={id}</code>
      <br />
      <code>client_secret={secret}</code>
    </p>
  </Notice>
)

const Facts = (props: { view: View; system: Overview; agency: Text }) => {
  const { view, system, agency } = props
  const own: [Text, string][] = [
    [{ zh: '代碼', en: 'Identifier' }, system.id],
    [{ zh: '機關', en: 'Agency' }, pick(agency, view.locale)],
  ]
  const rows = [
    ...own.map(([label, answer]) => ({ label, answer })),
    ...factsOf(view, system).map(({ label, lines }) => ({
      label,
      answer: lines.length === 0 ? null : <Lines lines={lines} />,
    })),
  ]
  return <SummaryList view={view} rows={rows} />
}

type UsedProps = {
  view: View
  months: readonly Month[]
  levels: readonly { level: number; times: number }[]
}

const Used = ({ view, months, levels }: UsedProps) => {
  if (months.length === 0)
    return (
      <EmptyState title={view.t('還沒有人登入過', 'Nobody has signed in yet')}>
        <p>{view.t('上線後，每月的登入與失敗會畫在這裡。', 'Months will be drawn here.')}</p>
      </EmptyState>
    )
  return (
    <>
      <LineChart
        view={view}
        id="months"
        title={view.t('每月登入與沒有通過', 'Sign-ins and refusals by month')}
        description={view.t('最近十二個有登入的月份', 'The last twelve months with sign-ins')}
        labels={months.map(({ month }) => month)}
        series={[
          {
            label: { zh: '登入', en: 'Sign-ins' },
            values: months.map(({ granted }) => granted),
          },
          {
            label: { zh: '沒有通過', en: 'Refused' },
            values: months.map(({ refused }) => refused),
          },
        ]}
      />
      <BarChart
        view={view}
        id="levels"
        title={view.t('這些月份的登入等級', 'Levels of these sign-ins')}
        description={view.t('每個等級的登入次數', 'Sign-ins at each level')}
        bars={levels.map(({ level, times }) => ({ label: levelNames[level]!, value: times }))}
      />
    </>
  )
}

const Notices = ({ view, notices }: { view: View; notices: readonly Told[] }) => (
  <>
    <h2>{view.t('登出通知', 'Notices of a sign-out')}</h2>
    <DataTable
      view={view}
      caption={view.t('最近 50 則', 'The last 50')}
      hideCaption
      rows={notices}
      rowKey={({ ended_at }) => ended_at.toISOString()}
      empty={<p class="soft">{view.t('還沒有通知過。', 'None so far.')}</p>}
      columns={[
        {
          key: 'at',
          label: { zh: '登出', en: 'Signed out' },
          cell: ({ ended_at }) => <When view={view} at={ended_at} time />,
        },
        {
          key: 'state',
          label: { zh: '通知', en: 'Notice' },
          cell: (one) => <StateTag view={view} {...deliveryOf(one)} />,
        },
        { key: 'tries', label: { zh: '次數', en: 'Tries' }, amount: true, cell: (o) => o.tries },
        {
          key: 'error',
          label: { zh: '最後的錯誤', en: 'Last error' },
          cell: ({ last_error }) => last_error,
        },
      ]}
    />
  </>
)

/** How a notice or a delivery fared, as a tag. */
export const deliveryOf = (told: Pick<Told, 'delivered_at' | 'given_up_at'>) => {
  const { delivered_at, given_up_at } = told
  if (delivered_at) return { tone: 'ok', label: { zh: '已收到', en: 'Delivered' } } as const
  if (given_up_at) return { tone: 'late', label: { zh: '已放棄', en: 'Given up' } } as const
  return { tone: 'soon', label: { zh: '還在送', en: 'On its way' } } as const
}
