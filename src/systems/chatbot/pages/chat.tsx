import { type ComponentChildren, h } from 'preact'
import { Refused } from '../../../core/errors.ts'
import type { Text } from '../../../core/i18n.ts'
import { type Directory, directory } from '../../../kernel/identity/directory.ts'
import { giveFeedback } from '../../../kernel/knowledge/feedback.ts'
import type { LineState } from '../../../kernel/messages/lines.ts'
import { Button } from '../../../web/components/button.tsx'
import { When } from '../../../web/components/when.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { heldKey, keepKey } from '../cookie.ts'
import { chatbotPack, fullLines } from '../lines.ts'
import { chatSecret, newsOf, type Turn } from '../store.ts'
import { backToBot, callPerson, choose, readChat, say } from '../talk.ts'
import { Turns } from './parts.tsx'

type Chat = Awaited<ReturnType<typeof readChat.run>>

/** The chat: a page that posts each turn; script only makes it smoother. */
export async function chatPage(visit: Visit, typed = '', problem?: Text): Promise<Answer> {
  const { view, platform, request, read, perform } = visit
  const key = heldKey(request, platform.config)
  const chat: Chat = key ? await perform(readChat, { key }) : null
  const { agencies, full } = await read('public', async (ctx) => ({
    agencies: await directory(ctx),
    full: await fullLines(ctx),
  }))
  if (framed(visit)) allowFrames(visit)
  const page = (
    <Page
      view={view}
      title={view.t('智能客服', 'Chat')}
      chrome={framed(visit) ? 'bare' : 'citizen'}
      description={view.t('隨時可以問的市政問答。', 'Questions to the city, at any time.')}
    >
      <h1>{view.t('智能客服', 'Ask the city')}</h1>
      <p>
        {view.t(
          '回答都是機關寫的，附機關與複審日期；沒有把握時，會請您選或轉給客服人員。',
          'Answers are written by our agencies. When unsure, the chat asks back or calls a person.',
        )}{' '}
        {view.t(
          '請不要寫身分證號、電話等個人資料。',
          'Please write no identity or telephone numbers.',
        )}
      </p>
      <Full view={view} full={full} />
      <Frame>
        <Talk visit={visit} chat={chat} agencies={agencies} keyHeld={key} />
        {visit.query.thanks ? (
          <p role="status">{view.t('謝謝您的回饋。', 'Thank you for telling us.')}</p>
        ) : null}
        <Box visit={visit} chat={chat} typed={typed} problem={problem} />
      </Frame>
    </Page>
  )
  return { page, status: problem ? 422 : 200 }
}

/** Turbo swaps this part alone; links lead the whole page on. */
const Frame = ({ children }: { children: ComponentChildren }) =>
  h('turbo-frame', { id: 'chat', target: '_top' }, children)

const Full = ({ view, full }: { view: View; full: readonly LineState[] }) =>
  full[0] ? (
    <Notice
      tone="soon"
      title={view.t(
        '專線忙線中，可先由智能客服回答',
        'All lines are busy; the chat can answer meanwhile',
      )}
    >
      <p>
        {view.t('忙線情形的時間：', 'As of ')}
        <When view={view} at={full[0].at} time />
      </p>
    </Notice>
  ) : null

type TalkProps = { visit: Visit; chat: Chat; agencies: Directory; keyHeld: string | undefined }

const Talk = ({ visit, chat, agencies, keyHeld }: TalkProps) => {
  const { view } = visit
  if (!chat || !keyHeld) return null
  return (
    <div data-chat={`/live?topic=${newsOf(chatSecret(keyHeld))}`}>
      <Turns
        view={view}
        turns={chat.turns}
        agencies={agencies}
        via={chat.talk.via}
        framed={framed(visit)}
        after={(turn, last) => <Afterwards visit={visit} turn={turn} last={last} />}
      />
      <State view={view} chat={chat} action={chatPath(visit)} />
    </div>
  )
}

/** Beneath an answer: did it help; beneath candidates: which one. */
const Afterwards = ({ visit, turn, last }: { visit: Visit; turn: Turn; last: boolean }) => {
  const { view } = visit
  const { article, choices } = turn.shown
  const action = view.href(chatPath(visit))
  if (article)
    return (
      <form method="post" action={action} class="helped" data-turbo-frame="chat">
        <input type="hidden" name="article" value={article} />
        <span id={`helped-${turn.no}`}>{view.t('有幫助嗎？', 'Did it help?')}</span>
        <Button name="do" value="helpful">
          {view.t('有', 'Yes')}
        </Button>
        <Button name="do" value="unhelpful">
          {view.t('沒有', 'No')}
        </Button>
      </form>
    )
  if (!choices || !last) return null
  return (
    <form method="post" action={action} class="choices" data-turbo-frame="chat">
      <input type="hidden" name="do" value="choose" />
      {choices.map(({ id, question }) => (
        <Button key={id} name="article" value={id}>
          {question}
        </Button>
      ))}
      <Button name="article" value="">
        {view.t('都不是，找客服人員', 'None of these: call a person')}
      </Button>
    </form>
  )
}

const State = ({ view, chat, action }: { view: View; chat: NonNullable<Chat>; action: string }) => {
  const { state } = chat.talk
  if (state === 'taken')
    return <p class="soft">{view.t('客服人員正在這則對話中。', 'A person is in this chat.')}</p>
  if (state === 'closed')
    return (
      <p class="soft">
        {view.t(
          '客服人員已結束對話。再問就會開始新的對話。',
          'The person has ended this chat. Asking again begins a new one.',
        )}
      </p>
    )
  if (state !== 'waiting') return null
  const words =
    chat.ahead === 0
      ? view.t('您是下一位。', 'You are next.')
      : view.t(`您前面還有 ${chat.ahead} 位。`, `${chat.ahead} are waiting before you.`)
  return (
    <Notice tone="info" title={view.t('等候客服人員', 'Waiting for a person')}>
      <p>{words}</p>
      <form method="post" action={view.href(action)} data-turbo-frame="chat">
        <Button name="do" value="back">
          {view.t('不等了，繼續問智能客服', 'Do not wait, ask the chatbot')}
        </Button>
      </form>
    </Notice>
  )
}

type BoxProps = { visit: Visit; chat: Chat; typed: string; problem: Text | undefined }

const Box = ({ visit, chat, typed, problem }: BoxProps) => {
  const { view } = visit
  return (
    <form method="post" action={view.href(chatPath(visit))} class="say" data-turbo-frame="chat">
      {problem ? (
        <p class="field-error" id="say-error" role="alert">
          {view.t(problem.zh, problem.en)}
        </p>
      ) : null}
      <label for="say">{view.t('您想問什麼？', 'What would you like to know?')}</label>
      <div class="say-line">
        <input
          id="say"
          class="box"
          name="text"
          value={typed}
          maxLength={500}
          autocomplete="off"
          enterkeyhint="send"
          aria-describedby={problem ? 'say-error' : undefined}
          aria-invalid={problem ? true : undefined}
          data-focus={chat ? true : undefined}
        />
        <Button look="primary" name="do" value="say">
          {view.t('送出', 'Send')}
        </Button>
      </div>
      {!chat || chat.talk.state === 'bot' || chat.talk.state === 'closed' ? (
        <p>
          <Button name="do" value="person" icon="person">
            {view.t('找客服人員', 'Call a person')}
          </Button>
        </p>
      ) : null}
    </form>
  )
}

/** What the page's forms post; every one answers with the page again. */
export async function takeTurn(visit: Visit): Promise<Answer> {
  const { form, platform, request, reply, perform } = visit
  const key = keepKey(request, reply, platform.config, framed(visit))
  const channel = framed(visit) ? 'embed' : 'web'
  const article = form.get('article')
  const text = form.get('text')
  const doing = form.get('do')
  const to = `${chatPath(visit)}#say`
  try {
    if (doing === 'helpful' || doing === 'unhelpful') {
      const helpful = doing === 'helpful'
      await perform(giveFeedback, { article, helpful, source: 'chat' })
      return { to: `${chatPath(visit)}${framed(visit) ? '&' : '?'}thanks=1#say` }
    }
    if (doing === 'back') await perform(backToBot, { key })
    else if (doing === 'choose' && article) await perform(choose, { key, channel, article })
    else if (doing === 'person' || doing === 'choose') await perform(callPerson, { key, channel })
    else if (text === '') return chatPage(visit, '', nothingTyped)
    else await perform(say, { key, channel, text })
    return { to }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return chatPage(visit, text, error.fields.text ?? error.text)
  }
}

const nothingTyped: Text = { zh: '請寫下想問的事。', en: 'Write what you would like to know.' }

const framed = ({ query }: Visit): boolean => query.embed === '1'

const chatPath = (visit: Visit): string => (framed(visit) ? '/chat?embed=1' : '/chat')

/** Listed sites may show the chat in a frame; any other page stays out of frames. */
function allowFrames({ reply, platform }: Visit): void {
  const { embed } = chatbotPack(platform.city)
  if (embed.length === 0) return
  const policy = String(reply.getHeader('content-security-policy'))
  const open = policy.replace("frame-ancestors 'none'", `frame-ancestors ${embed.join(' ')}`)
  reply.header('content-security-policy', open)
}
