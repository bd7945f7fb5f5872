import { Refused } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { directory } from '../../../kernel/identity/directory.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { DataTable } from '../../../web/components/data-table.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { LiveUpdates } from '../../../web/components/list-tools.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs, EmptyState } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { closeChat, listChats, openChat, replyInChat, takeChat } from '../serve.ts'
import { Turns } from './parts.tsx'

type Waiting = Awaited<ReturnType<typeof listChats.run>>[number]

/** Who waits for a person, longest first; then what is being talked about. */
export async function queuePage({ view, perform, actor }: Visit): Promise<Answer> {
  const chats = await perform(listChats, {})
  const title = view.t('線上對話', 'Conversations')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <LiveUpdates view={view} events="/live?topic=chats" href="/desk/chats" />
      <DataTable
        view={view}
        caption={title}
        hideCaption
        rows={chats}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={view.t('沒有人在等', 'Nobody is waiting')}>
            <p>
              {view.t(
                '智能客服沒有把握，或市民要找真人時，對話會出現在這裡。',
                'A conversation comes here when the chatbot is unsure or a person is asked for.',
              )}
            </p>
          </EmptyState>
        }
        columns={columns(view, actor.id)}
      />
    </Page>
  )
  return { page }
}

const columns = (view: View, me: string) => [
  {
    key: 'last',
    label: { zh: '最後說的', en: 'Said last' },
    cell: ({ id, last }: Waiting) => (
      <a href={view.href(`/desk/chats/${id}`)}>{last || view.t('（沒有文字）', '(no words)')}</a>
    ),
  },
  {
    key: 'state',
    label: { zh: '狀態', en: 'State' },
    cell: ({ state, operator }: Waiting) => pick(stateWords(state, operator === me), view.locale),
  },
  {
    key: 'since',
    label: { zh: '開始等候', en: 'Waiting since' },
    cell: ({ waitingSince }: Waiting) =>
      waitingSince ? <When view={view} at={waitingSince} time /> : null,
  },
]

const stateWords = (state: string, mine: boolean): Text => {
  if (state === 'waiting') return { zh: '等候中', en: 'Waiting' }
  return mine ? { zh: '我的對話', en: 'With me' } : { zh: '同事處理中', en: 'With a colleague' }
}

const schema: ObjectSchema = {
  properties: {
    text: {
      type: 'string',
      maxLength: 2000,
      title: { zh: '回覆', en: 'Answer' },
      widget: 'textarea',
    },
  },
  required: ['text'],
}

/** One conversation: read it, take it, answer, open a case from it, end it. */
export async function chatDesk(visit: Visit, typed = '', errors: Errors = {}): Promise<Answer> {
  const { view, params, perform, read } = visit
  const { talk, turns } = await perform(openChat, { conversation: params.id ?? '' })
  const agencies = await read('public', (ctx) => directory(ctx))
  const title = view.t('線上對話', 'Conversation')
  const path = `/desk/chats/${talk.id}`
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs view={view} items={[{ href: '/desk/chats', label: up }]} />
      <h1>{title}</h1>
      <LiveUpdates view={view} events="/live?topic=chats" href={path} />
      <Turns view={view} turns={turns} agencies={agencies} via={talk.via} staff />
      <ErrorSummary view={view} errors={errors} />
      <NextStep visit={visit} talk={talk} typed={typed} errors={errors} />
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

const up: Text = { zh: '線上對話', en: 'Conversations' }

type Talk = Awaited<ReturnType<typeof openChat.run>>['talk']
type StepProps = { visit: Visit; talk: Talk; typed: string; errors: Errors }

const NextStep = ({ visit, talk, typed, errors }: StepProps) => {
  const { view, actor } = visit
  const path = `/desk/chats/${talk.id}`
  if (talk.state === 'waiting')
    return (
      <Form view={view} action={`${path}/take`}>
        <Buttons>
          <Button look="primary">{view.t('接手', 'Take it')}</Button>
        </Buttons>
      </Form>
    )
  if (talk.state !== 'taken' || talk.operator !== actor.id)
    return <p class="soft">{pick(restWords(talk.state), view.locale)}</p>
  return (
    <>
      <Form view={view} action={`${path}/reply`} draft={`chat-${talk.id}`}>
        <Fields view={view} schema={schema} values={{ text: typed }} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('送出', 'Send')}</Button>
        </Buttons>
      </Form>
      <Form view={view} action={`${path}/close`}>
        <Buttons>
          <ButtonLink href={view.href(`/report?via=${talk.via}`)} icon="camera">
            {view.t('代填通報', 'Report for them')}
          </ButtonLink>
          <ButtonLink href={view.href(`/petition?via=${talk.via}`)} icon="edit">
            {view.t('代填陳情', 'Petition for them')}
          </ButtonLink>
          <Button>{view.t('結束對話', 'End the conversation')}</Button>
        </Buttons>
      </Form>
    </>
  )
}

const restWords = (state: Talk['state']): Text => {
  if (state === 'taken') return { zh: '同事處理中。', en: 'A colleague has it.' }
  if (state === 'closed') return { zh: '對話已結束。', en: 'The conversation has ended.' }
  return { zh: '目前由智能客服回答。', en: 'The chatbot is answering.' }
}

/** What the desk's forms post. A colleague who was faster is said above the queue. */
export async function chatStep(visit: Visit, step: 'take' | 'reply' | 'close'): Promise<Answer> {
  const { params, form, perform } = visit
  const conversation = params.id ?? ''
  const to = `/desk/chats/${conversation}`
  try {
    if (step === 'take') await perform(takeChat, { conversation })
    if (step === 'reply') await perform(replyInChat, { conversation, text: form.get('text') })
    if (step === 'close') await perform(closeChat, { conversation })
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    if (step === 'reply' && error.fields.text)
      return chatDesk(visit, form.get('text'), { text: error.fields.text })
    return { to: '/desk/chats', problem: error.text }
  }
  if (step !== 'close') return { to }
  return { to: '/desk/chats', flash: { zh: '已結束對話。', en: 'The conversation has ended.' } }
}
