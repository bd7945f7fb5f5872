import type { VNode } from 'preact'
import { clearSessionCookie } from '../../../kernel/identity/session-cookie.ts'
import { closeAccount } from '../../../systems/citizen-account/close.ts'
import { confirmedPage } from '../../../systems/citizen-account/methods/pages-confirm.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice } from '../../../web/components/words.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import { endAll } from '../known.ts'
import type { ProviderNow } from '../mount.ts'
import { AccountPage, accountPath } from './account-kit.tsx'

const path = `${accountPath}/close`
const words = { zh: '刪除帳號', en: 'delete my account' }

/** The pages on which people delete their account; both ask to confirm first. */
export const closePages = (now: ProviderNow): readonly Page[] => [
  confirmedPage('GET', path, async (visit) => ({ page: closePage(visit, {}) })),
  confirmedPage('POST', path, (visit) => close(now, visit)),
]

/** Ends every sign-in with the systems it opened, then the account. */
async function close(now: ProviderNow, visit: Visit): Promise<Answer> {
  const { form, actor, platform, reply } = visit
  const typed = form
    .get('words')
    .normalize('NFKC')
    .replace(/[「」]/g, '')
    .toLowerCase()
  if (actor.kind === 'staff' || (typed !== words.zh && typed !== words.en))
    return { page: closePage(visit, actor.kind === 'staff' ? {} : notTyped), status: 422 }
  // Before, so that nobody is left signed in elsewhere if it fails; after, for who came meanwhile.
  await endAll(platform, await now(), actor.id)
  await visit.perform(closeAccount, {})
  await endAll(platform, await now(), actor.id)
  clearSessionCookie(reply, platform.config)
  return {
    to: '/',
    flash: {
      zh: '帳號已刪除。已送出的案件照常辦理，請用案號查進度。',
      en: 'Your account was deleted. Cases that you filed go on; follow them by number.',
    },
  }
}

const notTyped: Errors = {
  words: {
    zh: `請照著輸入「${words.zh}」。`,
    en: `Type “${words.en}” as it stands.`,
  },
}

const question: ObjectSchema = {
  properties: {
    words: {
      type: 'string',
      title: {
        zh: `請輸入「${words.zh}」`,
        en: `Type “${words.en}”`,
      },
      maxLength: 40,
      widget: 'text',
      autocomplete: 'off',
    },
  },
  required: ['words'],
}

function closePage({ view, actor, form }: Visit, errors: Errors): VNode {
  const title = view.t('刪除我的帳號', 'Delete my account')
  if (actor.kind === 'staff')
    return (
      <AccountPage view={view} title={title}>
        <Notice
          tone="info"
          title={view.t('同仁的帳號由機關管理', 'Your agency keeps this account')}
        >
          <p>
            {view.t(
              '離職或調職時，由貴機關的管理者停用。',
              'The administrator of your agency closes it when you leave.',
            )}
          </p>
        </Notice>
      </AccountPage>
    )
  return (
    <AccountPage
      view={view}
      title={title}
      lead={view.t('刪除後不能復原，也不能再登入。', 'It cannot be undone.')}
    >
      <ErrorSummary view={view} errors={errors} />
      <WhatHappens view={view} />
      <Form view={view} action={path} leaves>
        <Fields
          view={view}
          schema={question}
          values={{ words: form.get('words') }}
          errors={errors}
        />
        <Buttons>
          <Button look="danger">{view.t('永久刪除', 'Delete for good')}</Button>
          <ButtonLink href={view.href(accountPath)}>{view.t('保留帳號', 'Keep it')}</ButtonLink>
        </Buttons>
      </Form>
    </AccountPage>
  )
}

const WhatHappens = ({ view }: { view: View }) => (
  <>
    <h2>{view.t('馬上刪除', 'Deleted at once')}</h2>
    <ul>
      <li>{view.t('名字和電子郵件', 'Your name and e-mail address')}</li>
      <li>{view.t('所有登入方式：密碼、通行密鑰、手機等', 'Every way to sign in')}</li>
      <li>{view.t('所有裝置和系統上的登入', 'Your sign-ins on all devices and in all systems')}</li>
      <li>{view.t('給其他系統的同意', 'What you allowed other systems to read')}</li>
    </ul>
    <h2>{view.t('依法保留', 'Kept by law')}</h2>
    <ul>
      <li>
        {view.t(
          '已送出的案件。案件是機關的檔案，照常辦理；請先記下案號，之後用案號查進度。',
          'Cases that you filed. They go on: note their numbers first, to follow them later.',
        )}
      </li>
      <li>
        {view.t(
          '登入的時間、系統和瀏覽器，只留代號，不再連到您的名字。',
          'When you signed in, to what and by which browser, under a code without your name.',
        )}
      </li>
    </ul>
  </>
)
