import { languageTag, pick, type Text } from '../../../core/i18n.ts'
import { may } from '../../../core/operation.ts'
import { Button } from '../../../web/components/button.tsx'
import { DataTable } from '../../../web/components/data-table.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Stat, Stats } from '../../../web/components/stat.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { inbox, type Message, markRead } from '../../messages/messages.ts'
import type { CaseType } from '../define.ts'
import { countCases } from '../queries.ts'
import { roundTypes } from './round.tsx'

/** The first page of the desk: what is due in each inbox, and what was said to the person. */
export async function landing(types: readonly CaseType[], visit: Visit): Promise<Answer> {
  const { view, actor, perform, read } = visit
  const mine = types.filter((type) => may(actor, type.readBy))
  const counted = []
  for (const type of mine)
    counted.push({ type, n: await read(type.readBy, (ctx) => countCases(ctx, type.kind)) })
  const messages = (await perform(inbox, {})).filter(({ state }) => state === 'unread')
  const title = view.t(`${actor.name}，您好`, `Hello, ${actor.name}`)
  return {
    page: (
      <Page view={view} title={view.t('我的工作', 'My desk')} chrome="staff">
        <h1>{title}</h1>
        <p class="soft">{view.person?.agency}</p>
        {roundTypes(types, visit).length > 0 ? (
          <p>
            <a href={view.href('/desk/round')}>{view.t('我的巡查', 'My round')}</a>
          </p>
        ) : null}
        {counted.map(({ type, n }) => (
          <section key={type.kind}>
            <h2>{pick(type.title, view.locale)}</h2>
            <Stats>
              <Stat
                view={view}
                label={{ zh: '逾期', en: 'Overdue' }}
                value={String(n.overdue)}
                href={`/desk/${type.kind}?overdue=1`}
              />
              <Stat
                view={view}
                label={{ zh: '一天內到期', en: 'Due within a day' }}
                value={String(n.today)}
                href={`/desk/${type.kind}?today=1`}
              />
              <Stat
                view={view}
                label={{ zh: '我的', en: 'Mine' }}
                value={String(n.mine)}
                href={`/desk/${type.kind}?mine=1`}
              />
              <Stat
                view={view}
                label={{ zh: '全部未結', en: 'All open' }}
                value={String(n.open)}
                href={`/desk/${type.kind}`}
              />
            </Stats>
          </section>
        ))}
        <h2>{view.t('未讀訊息', 'Unread messages')}</h2>
        <Messages view={view} messages={messages} back="/desk" />
      </Page>
    ),
  }
}

/** Words of a message, marked with the language that it was written in. */
const Written = ({ message, part }: { message: Message; part: 'subject' | 'body' }) => (
  <span lang={languageTag(message.locale)}>{message[part]}</span>
)

type MessagesProps = { view: View; messages: readonly Message[]; back: string }

const Messages = ({ view, messages, back }: MessagesProps) => (
  <DataTable
    view={view}
    caption={view.t('訊息', 'Messages')}
    hideCaption
    rows={messages}
    rowKey={(one) => one.id}
    empty={
      <EmptyState title={view.t('沒有訊息', 'No messages')}>
        <p>{view.t('案件分派給您時，會出現在這裡。', 'Cases assigned to you show here.')}</p>
      </EmptyState>
    }
    columns={[
      {
        key: 'subject',
        label: { zh: '主旨', en: 'Subject' },
        cell: (one) => (
          <a href={view.href(one.link)} data-open>
            <Written message={one} part="subject" />
          </a>
        ),
      },
      {
        key: 'body',
        label: { zh: '內容', en: 'Text' },
        cell: (one) => <Written message={one} part="body" />,
      },
      {
        key: 'at',
        label: { zh: '時間', en: 'Time' },
        cell: (one) => <When view={view} at={one.created_at} time />,
      },
      {
        key: 'read',
        label: { zh: '已讀', en: 'Read' },
        cell: (one) =>
          one.state === 'unread' ? (
            <Form view={view} action={`/desk/messages/${one.id}`}>
              <input type="hidden" name="back" value={back} />
              <Button>
                {view.t('標為已讀', 'Mark as read')}
                <span class="sr-only">
                  {' '}
                  <Written message={one} part="subject" />
                </span>
              </Button>
            </Form>
          ) : (
            view.t('已讀', 'Read')
          ),
      },
    ]}
  />
)

/** Who the person is at work: of which agency, what they may do, and every message. */
export async function accountPage(permissions: PermissionNames, visit: Visit): Promise<Answer> {
  const { view, actor, perform } = visit
  const messages = await perform(inbox, {})
  const held = [...new Set(actor.grants.map(({ permission }) => permission))].sort()
  const title = view.t('我的權限與訊息', 'My permissions and messages')
  return {
    page: (
      <Page view={view} title={title} chrome="staff">
        <h1>{title}</h1>
        <SummaryList
          view={view}
          rows={[
            { label: { zh: '姓名', en: 'Name' }, answer: actor.name },
            { label: { zh: '機關', en: 'Agency' }, answer: view.person?.agency },
            {
              label: { zh: '可以辦理', en: 'May' },
              answer: (
                <ul>
                  {held.map((name) => (
                    <li key={name}>
                      {pick(permissions[name] ?? { zh: name, en: name }, view.locale)}
                    </li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
        <h2>{view.t('訊息', 'Messages')}</h2>
        <Messages view={view} messages={messages} back="/desk/me" />
      </Page>
    ),
  }
}

/** What each permission allows, in words. */
export type PermissionNames = Readonly<Record<string, Text>>

/** Marks a message as read and goes back to the page it stood on. */
export async function readMessage({ params, form, perform }: Visit): Promise<Answer> {
  await perform(markRead, { message: params.id })
  return { to: form.get('back') === '/desk/me' ? '/desk/me' : '/desk' }
}
