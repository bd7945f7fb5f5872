import type { VNode } from 'preact'
import { Refused } from '../../../core/errors.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { EmptyState, Notice } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { beginCard, type OwnCard, ownCards, resumeCard, stopCard } from './operations.ts'
import { CardTable, cardPath, Up } from './words.tsx'

type Own = Awaited<ReturnType<(typeof ownCards)['run']>>

/** The own cards: the virtual one, shown by this phone where it holds the key, and the others. */
export async function cardPage(visit: Visit): Promise<Answer> {
  const { view } = visit
  const own = await visit.perform(ownCards, {})
  visit.reply.header('cache-control', 'no-store')
  const title = view.t('我的市民卡', 'My city card')
  const virtual = own.cards.find(({ kind, state }) => kind === 'virtual' && state === 'active')
  return {
    page: (
      <Page view={view} title={title} whole>
        <Up view={view} />
        <h1>{title}</h1>
        {virtual ? (
          <Virtual visit={visit} own={own} card={virtual} />
        ) : (
          <Begin view={view} known={own.known} />
        )}
        <h2>{view.t('實體卡', 'Physical cards')}</h2>
        <Physical view={view} cards={own.cards.filter(({ kind }) => kind === 'physical')} />
      </Page>
    ),
  }
}

const Begin = ({ view, known }: { view: View; known: boolean }): VNode =>
  known ? (
    <>
      <Purpose view={view} />
      <ButtonLink look="primary" href={view.href(`${cardPath}/begin`)}>
        {view.t('申請虛擬市民卡', 'Begin a virtual card')}
      </ButtonLink>
    </>
  ) : (
    <Notice tone="soon" title={view.t('要先查驗身分', 'Have your identity checked first')}>
      <p>
        {view.t('市民卡上有您的名字，所以要先確認是您本人。', 'The card vouches for your name.')}
      </p>
      <ButtonLink href={view.href('/account/identity')}>
        {view.t('查驗身分', 'Have it checked')}
      </ButtonLink>
    </Notice>
  )

const Purpose = ({ view }: { view: View }) => (
  <p class="lead">
    {view.t(
      '在店家或圖書館出示手機上的 QR 碼，對方只看得到遮住的名字和卡片有沒有效。',
      'Show a code on your phone: whoever scans it sees a masked name and whether it is valid.',
    )}
  </p>
)

function Virtual({ visit, own, card }: { visit: Visit; own: Own; card: OwnCard }): VNode {
  const { view, platform, actor } = visit
  return (
    <>
      <div
        class="card-shown"
        data-island={view.assets.island('holder')}
        data-account={actor.id}
        data-cards={JSON.stringify(own.devices)}
        data-now={platform.now().toISOString()}
      >
        <div data-when="shown" hidden>
          <img
            width={320}
            height={320}
            alt={view.t('市民卡的 QR 碼，請給店家掃描', 'The code of your card, to be scanned')}
          />
          <p class="soft">
            {view.t(
              'QR 碼每 20 秒自動更新，截圖很快就失效。',
              'The code changes every 20 seconds; a picture of it soon counts no more.',
            )}
          </p>
        </div>
        <div data-when="no-key" hidden>
          <p>
            {view.t(
              '這支手機還沒有放市民卡。放好後，每次開啟這一頁就能出示。',
              'This phone does not hold your card yet. Put it here to show it whenever you like.',
            )}
          </p>
          <ButtonLink look="primary" href={view.href(`${cardPath}/device`)}>
            {view.t('把卡放進這支手機', 'Put the card on this phone')}
          </ButtonLink>
        </div>
        <p class="field-error" role="alert" data-when="unable" hidden>
          {view.t(
            '這個瀏覽器不能保管市民卡。請用一般視窗，或只出示一次。',
            'This browser cannot hold the card. Use an ordinary window, or show it once.',
          )}
        </p>
      </div>
      <p>
        <a href={view.href(`${cardPath}/show`)}>
          {view.t('不放進手機，只出示一次', 'Show it once, without putting it on a phone')}
        </a>
      </p>
      <p>
        <a href={view.href(`${cardPath}/wallet`)}>
          {view.t('放進數位皮夾 App', 'Put it in a wallet app')}
        </a>
      </p>
      <p>
        <a href={view.href('/verify')}>
          {view.t('店家查驗這張卡的網頁', 'The page where a shop verifies it')}
        </a>
      </p>
      <h2>{view.t('手機不見了', 'A lost phone')}</h2>
      <Form view={view} action={`${cardPath}/${card.id}/stop`} leaves>
        <p>
          {view.t(
            '停用後，每一支手機上的卡都會立刻失效；之後可以重新申請。',
            'Stopping ends the card on every phone at once. You can begin anew later.',
          )}
        </p>
        <Button look="danger">{view.t('停用虛擬卡', 'Stop the virtual card')}</Button>
      </Form>
    </>
  )
}

const Physical = ({ view, cards }: { view: View; cards: readonly OwnCard[] }): VNode => (
  <CardTable
    view={view}
    caption={view.t('實體卡', 'Physical cards')}
    cards={cards}
    empty={
      <EmptyState title={view.t('還沒有登錄實體卡', 'No physical card is added')}>
        <p>
          {view.t(
            '帶卡片到服務台，在「我的身分查驗」顯示代碼給同仁，就能登錄。',
            'Bring it to a counter and show the code of “How my identity was checked”.',
          )}
        </p>
      </EmptyState>
    }
    act={({ id, state, last_four }) => {
      if (state === 'ended') return null
      const active = state === 'active'
      return (
        <Form view={view} action={`${cardPath}/${id}/${active ? 'stop' : 'resume'}`} leaves>
          <Button look={active ? 'danger' : 'plain'}>
            {active
              ? view.t('遺失，停用', 'Lost: stop it')
              : view.t('找到了，恢復', 'Found: resume')}
            <span class="sr-only">{last_four}</span>
          </Button>
        </Form>
      )
    }}
  />
)

/** Asks once more, after the person confirmed who they are. */
export async function offerBegin({ view }: Visit): Promise<Answer> {
  const title = view.t('申請虛擬市民卡', 'Begin a virtual card')
  return {
    page: (
      <Page view={view} title={title}>
        <Up view={view} more />
        <h1>{title}</h1>
        <Purpose view={view} />
        <Form view={view} action={`${cardPath}/begin`} leaves>
          <Buttons>
            <Button look="primary">{view.t('申請', 'Begin')}</Button>
            <ButtonLink href={view.href(cardPath)}>{view.t('取消', 'Cancel')}</ButtonLink>
          </Buttons>
        </Form>
      </Page>
    ),
  }
}

/** Takes the wish for a virtual card. */
export async function begin(visit: Visit): Promise<Answer> {
  try {
    await visit.perform(beginCard, {})
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error
    return { to: cardPath, problem: error.text }
  }
  return {
    to: cardPath,
    flash: { zh: '已申請。把卡放進手機就能出示。', en: 'Begun. Put it on your phone to show it.' },
  }
}

const after = (run: typeof stopCard | typeof resumeCard, zh: string, en: string) =>
  async function act(visit: Visit): Promise<Answer> {
    await visit.perform(run, { id: visit.params.id })
    return { to: cardPath, flash: { zh, en } }
  }

/** “I lost it.” */
export const stop = after(stopCard, '已停用，立刻生效。', 'Stopped, from this moment.')

/** “I found it.” */
export const resume = after(resumeCard, '已恢復使用。', 'It can be used again.')
