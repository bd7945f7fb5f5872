import { pick } from '../../../core/i18n.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import { forget, type Knows, systemsKnowing } from '../known.ts'
import type { ProviderNow } from '../mount.ts'
import { AccountPage, systemNames } from './account-kit.tsx'
import { scopeWords } from './consent.tsx'

/** `GET /account/systems`: who knows what of the account. */
export async function systems(visit: Visit): Promise<Answer> {
  const { view, platform, actor } = visit
  const found = await systemsKnowing(platform, actor.id)
  const name = await systemNames(
    platform,
    found.map(({ system }) => system),
  )
  const page = (
    <AccountPage
      view={view}
      title={view.t('知道我的系統', 'Systems that know me')}
      lead={view.t(
        '這些系統用您的市府帳號登入過。每個系統只知道給它自己的代號，無法互相比對。',
        'You signed in to these. Each knows you by a pseudonym of its own; they cannot compare.',
      )}
    >
      {found.length === 0 ? (
        <EmptyState title={view.t('還沒有系統知道您', 'No system knows you yet')}>
          <p>
            {view.t(
              '用市府帳號登入別的系統後，會列在這裡。',
              'Systems that you sign in to with this account will be listed here.',
            )}
          </p>
        </EmptyState>
      ) : (
        <ul class="cards">
          {found.map((one) => (
            <li key={one.system}>
              <KnowsCard view={view} one={one} name={pick(name(one.system), view.locale)} />
            </li>
          ))}
        </ul>
      )}
    </AccountPage>
  )
  return { page }
}

const KnowsCard = ({ view, one, name }: { view: View; one: Knows; name: string }) => (
  <section class="card">
    <h2>{name}</h2>
    <p>
      {view.t('最近登入：', 'Last signed in: ')}
      <When view={view} at={one.last} time />
      {view.t(`，共 ${one.times} 次`, `, ${one.times} in all`)}
    </p>
    {one.scopes.length === 0 ? (
      <p class="soft">{view.t('目前沒有可以讀取的資料。', 'It may read nothing at present.')}</p>
    ) : (
      <>
        <ul>
          {one.scopes.map((scope) => (
            <li key={scope}>{pick(scopeWords[scope] ?? { zh: scope, en: scope }, view.locale)}</li>
          ))}
        </ul>
        <Form view={view} action={`/account/systems/${one.system}/forget`}>
          <Buttons>
            <Button>
              {view.t('收回同意', 'Withdraw')}
              <span class="sr-only">{view.t(`：${name}`, `: ${name}`)}</span>
            </Button>
          </Buttons>
        </Form>
      </>
    )}
  </section>
)

/** Takes back what one of them was granted. */
export async function forgetOne(
  now: ProviderNow,
  { platform, actor, params }: Visit,
): Promise<Answer> {
  await forget(platform, await now(), actor.id, params.system ?? '')
  return {
    to: '/account/systems',
    flash: {
      zh: '已收回。該系統不能再讀取您的資料；下次登入時會再問您一次。',
      en: 'Withdrawn. The system can read nothing more, and will ask you the next time.',
    },
  }
}
