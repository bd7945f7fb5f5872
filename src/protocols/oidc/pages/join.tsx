import { Refused } from '../../../core/errors.ts'
import { pick } from '../../../core/i18n.ts'
import { perform } from '../../../core/operation.ts'
import { levelOf, methodNames } from '../../../kernel/identity/levels.ts'
import { chooseJoin, join, joining } from '../../../systems/citizen-account/links/join.ts'
import { levelToChange } from '../../../systems/citizen-account/methods/guard.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { Notice, SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import { door, type Underway } from './sign-in.tsx'

/** Whether someone proved an account here to which a newcomer's way shall be linked. */
export const mayJoin = ({ attempt, account }: Underway): boolean =>
  account?.kind === 'citizen' && attempt.proofs.length > 0 && joining(attempt) !== undefined

/** The last question before the sign-in goes on: whether to link. */
export function joinPage(visit: Visit, here: Underway): Answer {
  const { view } = visit
  const { account, attempt, has, interaction } = here
  const newcomer = joining(attempt)!
  const way = pick(methodNames[newcomer.method], view.locale)
  const title = view.t(`要連結 ${way} 嗎？`, `Link ${way}?`)
  const short = levelOf(attempt.proofs) < levelToChange(has.map((method) => ({ method })))
  const action = `/sign-in/${interaction.uid}/join`
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <SummaryList
        view={view}
        rows={[
          { label: { zh: '您的帳號', en: 'Your account' }, answer: account!.name },
          { label: methodNames[newcomer.method], answer: newcomer.name },
        ]}
      />
      {short ? (
        <Notice tone="soon" title={view.t('這次登入還不夠', 'This sign-in is not enough')}>
          <p>
            {view.t(
              '您的帳號有兩道手續。請登入後到「我的帳號」的「外部帳號」連結。',
              'Your account has a second step. Link it in your account after you have signed in.',
            )}
          </p>
        </Notice>
      ) : (
        <Form view={view} action={action} leaves>
          <input type="hidden" name="join" value="yes" />
          <p>{view.t(`連結後可以用 ${way} 登入這個帳號。`, `${way} will sign you in to it.`)}</p>
          <Buttons>
            <Button look="primary">{view.t('連結並繼續', 'Link and go on')}</Button>
          </Buttons>
        </Form>
      )}
      <Form view={view} action={action} leaves>
        <Buttons>
          <Button>{view.t('不連結，繼續登入', 'Go on without it')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  return { page }
}

/** Links or lets it be; then the sign-in goes on. */
export async function takeJoin(visit: Visit, here: Underway): Promise<Answer> {
  const { platform, form } = visit
  const { uid } = here.interaction
  const to = `/sign-in/${uid}`
  if (!mayJoin(here)) return { to }
  try {
    if (form.get('join') === 'yes') await perform(platform, join, door, { attempt: uid })
    else await perform(platform, chooseJoin, door, { attempt: uid, join: false })
    return { to }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await perform(platform, chooseJoin, door, { attempt: uid, join: false })
    return { to, problem: error.text }
  }
}
