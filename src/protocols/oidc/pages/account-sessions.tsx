import { Refused } from '../../../core/errors.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { sessionToken } from '../../../kernel/identity/session-cookie.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { StateTag } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import type { View } from '../../../web/view.ts'
import { endSignIn, type SignedIn, sessionsOf, sidOf } from '../known.ts'
import type { ProviderNow } from '../mount.ts'
import { AccountPage, browserWords, systemNames } from './account-kit.tsx'

const sidHere = async ({ platform, request }: Visit): Promise<string | null> => {
  const token = sessionToken(request, platform.config)
  return token ? sidOf(platform, token) : null
}

/** `GET /account/sessions`: the browsers that are signed in. */
export async function sessions(visit: Visit): Promise<Answer> {
  const { view, platform, actor } = visit
  const found = await sessionsOf(platform, actor.id, await sidHere(visit))
  const name = await systemNames(
    platform,
    found.flatMap((one) => one.systems),
  )
  const others = found.filter(({ here }) => !here)
  const page = (
    <AccountPage
      view={view}
      title={view.t('我的裝置與登入', 'My devices and sessions')}
      lead={view.t(
        '每一列是一個登入中的瀏覽器。結束後，它用市府帳號開的系統也會一起登出。',
        'Each is a browser that is signed in. Ending it signs out every system it opened.',
      )}
    >
      <ul class="cards">
        {found.map((one) => (
          <li key={one.uid}>
            <SessionCard view={view} one={one} name={name} />
          </li>
        ))}
      </ul>
      {others.length > 1 ? (
        <Form view={view} action="/account/sessions/end-others">
          <Buttons>
            <Button look="danger">
              {view.t(`結束其他 ${others.length} 個`, `End the other ${others.length}`)}
            </Button>
          </Buttons>
        </Form>
      ) : null}
    </AccountPage>
  )
  return { page }
}

const SessionCard = (props: { view: View; one: SignedIn; name: (id: string) => Text }) => {
  const { view, one, name } = props
  const browser = browserWords(one.agent, view.locale)
  const opened = one.systems.map((id) => pick(name(id), view.locale))
  return (
    <section class="card">
      <h2>
        {browser}{' '}
        {one.here ? (
          <StateTag view={view} tone="ok" label={{ zh: '這個瀏覽器', en: 'this browser' }} />
        ) : null}
      </h2>
      <p>
        {view.t('登入：', 'Signed in: ')}
        <When view={view} at={one.began} time />
      </p>
      <p>
        {view.t('最晚到：', 'Ends by: ')}
        <When view={view} at={one.until} time />
      </p>
      {opened.length > 0 ? (
        <p>
          {view.t('開了：', 'Opened: ')}
          {opened.join(view.t('、', ', '))}
        </p>
      ) : null}
      {one.here ? null : (
        <Form view={view} action={`/account/sessions/${one.uid}/end`}>
          <Buttons>
            <Button>
              {view.t('結束這個登入', 'End this sign-in')}
              <span class="sr-only">{view.t(`：${browser}`, `: ${browser}`)}</span>
            </Button>
          </Buttons>
        </Form>
      )}
    </section>
  )
}

/** Ends one of them, with every system that it opened. */
export async function endOne(
  now: ProviderNow,
  { platform, actor, params }: Visit,
): Promise<Answer> {
  const done = await endSignIn(platform, await now(), actor.id, params.uid ?? '')
  if (!done) throw alreadyEnded()
  return {
    to: '/account/sessions',
    flash: { zh: '已結束那個登入。', en: 'That sign-in has ended.' },
  }
}

const alreadyEnded = () =>
  new Refused('sign-in.ended', 404, {
    zh: '這個登入已經結束，或不是您的。請回到「我的裝置與登入」再看一次。',
    en: 'This sign-in has ended already, or is not yours. Look at your sessions again.',
  })

/** Ends all but this one. */
export async function endOthers(now: ProviderNow, visit: Visit): Promise<Answer> {
  const { platform, actor } = visit
  const found = await sessionsOf(platform, actor.id, await sidHere(visit))
  const provider = await now()
  const others = found.filter(({ here }) => !here)
  for (const { uid } of others) await endSignIn(platform, provider, actor.id, uid)
  return {
    to: '/account/sessions',
    flash: {
      zh: `已結束其他 ${others.length} 個登入。`,
      en: `Ended ${others.length} other sign-ins.`,
    },
  }
}
