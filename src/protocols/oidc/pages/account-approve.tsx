import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { VNode } from 'preact'
import { transact } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { approvalState } from '../../../kernel/identity/approvals.ts'
import { readAttempt } from '../../../kernel/identity/attempts.ts'
import type { DeviceWaiting } from '../../../kernel/identity/methods/device.ts'
import { type PasskeyData, rpIdOf } from '../../../kernel/identity/methods/passkey.ts'
import { keyOf } from '../../../systems/citizen-account/methods/device-page.tsx'
import {
  type AskedOfPhone,
  answerApproval,
  listApprovals,
} from '../../../systems/citizen-account/methods/devices.ts'
import { ownCredentials } from '../../../systems/citizen-account/methods/guard.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { DeviceHelp } from '../../../web/components/device.tsx'
import { ErrorSummary, type Errors } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { LiveUpdates } from '../../../web/components/list-tools.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import { cityScope } from '../policy.ts'
import { AccountPage, accountPath, browserWords } from './account-kit.tsx'

const path = `${accountPath}/approve`
const permission = 'account'

/** The page that is open on the phone: who asks to sign in, and three numbers to choose from. */
export const approvePages: readonly Page[] = [
  { method: 'GET', path, permission, run: (visit) => waitingPage(visit, {}) },
  { method: 'POST', path: `${path}/:id`, permission, run: take },
]

/** Whether the phone that an attempt asked has still to answer, for the page that waits. */
export async function phoneOpen({ platform }: Visit, attempt: string): Promise<Answer> {
  const now = platform.now()
  const open = await transact(platform.database.app, cityScope, async (db) => {
    const { waiting } = await readAttempt(db, attempt, now)
    const { id } = (waiting.device ?? { id: '' }) as Pick<DeviceWaiting, 'id'>
    return (await approvalState({ db, now }, attempt, id)) === 'open'
  })
  return { type: 'application/json', body: JSON.stringify({ open }) }
}

async function take(visit: Visit): Promise<Answer> {
  const { form, params } = visit
  const denied = form.get('deny') !== ''
  const answer = form.get('answer')
  const approve = {
    ...{ number: Number(form.get('number')), key: keyOf(form.get('key')) },
    ...{ signature: form.get('signature'), ...(answer && { answer }) },
  }
  try {
    const given = await visit.perform(answerApproval, {
      id: params.id,
      ...(!denied && { approve }),
    })
    return { to: path, flash: given === 'approved' ? approved : refused }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const said = error.code === 'invalid' ? unsigned : error.text
    return { ...(await waitingPage(visit, { form: said })), status: 422 }
  }
}

const approved = { zh: '已同意，登入會繼續。', en: 'Approved: the sign-in goes on.' }
const refused = {
  zh: '已拒絕。如果不是您在登入，請馬上更改密碼。',
  en: 'Denied. If it was not you, change your password now.',
}
const unsigned = {
  zh: '這個瀏覽器沒有登記，不能同意。請在登記過的手機上開啟這一頁。',
  en: 'This browser is not registered and cannot approve. Open this page on your phone.',
}

async function waitingPage(visit: Visit, errors: Errors) {
  const { view, actor, platform } = visit
  const asked = await visit.perform(listApprovals, {})
  const keys = (await visit.read(permission, (ctx) => ownCredentials(ctx)))
    .filter(({ method }) => method === 'passkey')
    .map(({ data }) => ({ id: (data as PasskeyData).id, type: 'public-key' as const }))
  const unlock = { rpId: rpIdOf(platform.config), allowCredentials: keys }
  return {
    page: (
      <AccountPage
        view={view}
        title={view.t('等我回答的登入', 'Sign-ins that wait for me')}
        lead={view.t(
          '登入時把這一頁開在登記過的手機上。',
          'Keep this page open on your registered phone while you sign in.',
        )}
      >
        <ErrorSummary view={view} errors={errors} />
        <LiveUpdates view={view} events={`/live?topic=approvals:${actor.id}`} href={path} />
        {asked.length === 0 ? (
          <EmptyState title={view.t('現在沒有人要登入', 'Nobody is signing in now')}>
            <p>
              {view.t(
                '在別處按「傳送到我的手機」後，會出現在這裡。',
                'Press “send to my phone” elsewhere and it appears here.',
              )}
            </p>
            <ButtonLink href={view.href(path)}>{view.t('再看一次', 'Look again')}</ButtonLink>
          </EmptyState>
        ) : (
          <ul class="cards">
            {asked.map((one) => (
              <li key={one.id}>
                <Asked view={view} one={one} account={actor.id} unlock={unlock} />
              </li>
            ))}
          </ul>
        )}
      </AccountPage>
    ),
  }
}

type AskedProps = {
  view: View
  one: AskedOfPhone
  account: string
  unlock: Pick<PublicKeyCredentialRequestOptionsJSON, 'rpId' | 'allowCredentials'>
}

const Asked = ({ view, one, account, unlock }: AskedProps): VNode => {
  const options = { ...unlock, challenge: one.challenge, userVerification: 'required' }
  return (
    <section class="card">
      <h2>{view.t('是您在登入嗎？', 'Are you signing in?')}</h2>
      <SummaryList
        view={view}
        rows={[
          {
            label: { zh: '要用', en: 'For' },
            answer: view.t(one.system_zh, one.system_en),
          },
          { label: { zh: '瀏覽器', en: 'Browser' }, answer: browserWords(one.agent, view.locale) },
          { label: { zh: '網路位址', en: 'Network address' }, answer: one.network },
          {
            label: { zh: '時間', en: 'When' },
            answer: <When view={view} at={one.created_at} time />,
          },
        ]}
      />
      <Form view={view} action={`${path}/${one.id}`} leaves>
        <DeviceHelp
          view={view}
          ask="approve"
          account={account}
          text={`takao-approval\n${one.id}\n${one.challenge}\n`}
          options={options}
        />
        {unlock.allowCredentials?.length ? (
          <label class="choice">
            <input type="checkbox" name="unlock" value="1" />
            <span>
              {view.t('也用這支手機的通行密鑰確認', 'Confirm by this phone’s passkey as well')}
            </span>
          </label>
        ) : null}
        <p>{view.t('選登入畫面上的數字：', 'Choose the number on the sign-in page:')}</p>
        <Buttons>
          {one.choices.map((number) => (
            <Button key={number} name="press" value={String(number)}>
              {number}
            </Button>
          ))}
          <Button look="danger" name="deny" value="1">
            {view.t('不是我，拒絕', 'Not me: deny')}
          </Button>
        </Buttons>
      </Form>
    </section>
  )
}
