import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Config } from '../../core/config.ts'
import type { Platform } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { operation } from '../../core/operation.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../web/components/fields.tsx'
import { Form } from '../../web/components/form.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import type { View } from '../../web/view.ts'
import { actorOfToken, signIn, signOut } from './sessions.ts'

const secure = (config: Config) => config.PUBLIC_URL.startsWith('https:')

/** `__Host-` binds the cookie to this host and to https; plain http knows only the bare name. */
const cookieName = (config: Config) => (secure(config) ? '__Host-takao' : 'takao')

/** The session's token of a request: its cookie, or a bearer token of an API client. */
export function sessionToken(request: FastifyRequest, config: Config): string | undefined {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  return bearer ?? request.cookies[cookieName(config)]
}

/** POST /api/identity/sign-in for programs: answers a bearer token. */
export function mountSignIn(app: FastifyInstance, platform: Platform): void {
  app.post(
    '/api/identity/sign-in',
    {
      schema: {
        operationId: 'identity.sign-in',
        tags: ['identity'],
        summary: '登入 Sign in',
        'x-title': { zh: '登入', en: 'Sign in' },
        body: { type: 'object', properties: credentials.properties as never },
      },
    },
    async (request) => ({
      token: await signIn(platform, (request.body ?? {}) as { login?: unknown }),
    }),
  )
}

const credentials: ObjectSchema = {
  properties: {
    login: {
      type: 'string',
      title: { zh: '帳號', en: 'Name' },
      maxLength: 100,
      widget: 'text',
      autocomplete: 'username',
    },
    password: {
      type: 'string',
      title: { zh: '密碼', en: 'Password' },
      maxLength: 200,
      widget: 'password',
      autocomplete: 'current-password',
    },
  },
  required: ['login', 'password'],
}

function signInPage(view: View, back: string, login: string, errors: Errors) {
  return (
    <Page view={view} title={view.t('同仁登入', 'Staff sign-in')}>
      <h1>{view.t('同仁登入', 'Staff sign-in')}</h1>
      <p class="soft">
        {view.t(
          '市民不用帳號：通報、陳情和查進度都可以直接使用。',
          'Citizens need no account: report, petition and follow a case right away.',
        )}
      </p>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action="/sign-in">
        <input type="hidden" name="back" value={back} />
        <Fields view={view} schema={credentials} values={{ login }} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('登入', 'Sign in')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
}

/** Only a path of our own site: an address elsewhere would lend our name to a trap. */
const ownPath = (given: string): string => (/^\/(?![/\\])[^\s]*$/.test(given) ? given : '/desk')

async function enter(visit: Visit) {
  const { form, platform, reply, view } = visit
  const back = ownPath(form.get('back'))
  try {
    const given = { login: form.get('login'), password: form.get('password') }
    const token = await signIn(platform, given)
    reply.setCookie(cookieName(platform.config), token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: secure(platform.config),
      maxAge: 12 * 3600,
    })
    return { to: back }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { password: error.text }
    const page = signInPage(view, back, form.get('login'), errors)
    return { page, status: error.status }
  }
}

/** Sign in, sign out. */
export const identityPages: readonly PageRoute[] = [
  {
    method: 'GET',
    path: '/sign-in',
    permission: 'public',
    run: async ({ view, query }) => ({
      page: signInPage(view, ownPath(query.back ?? ''), '', {}),
    }),
  },
  { method: 'POST', path: '/sign-in', permission: 'public', run: enter },
  {
    method: 'POST',
    path: '/sign-out',
    permission: 'public',
    run: async ({ actor, platform, request, reply }) => {
      const token = sessionToken(request, platform.config)
      if (token && (await actorOfToken(platform, token))) await signOut(platform, actor, token)
      reply.clearCookie(cookieName(platform.config), { path: '/' })
      return { to: '/', flash: { zh: '您已登出。', en: 'You are signed out.' } }
    },
  },
]

/** Who am I: the account behind a token, for clients. */
export const whoAmI = operation({
  name: 'identity.me',
  title: { zh: '我的帳號', en: 'My account' },
  permission: 'staff',
  reads: true,
  input: Type.Object({}),
  run: async ({ actor }) => ({
    id: actor.id,
    name: actor.name,
    agency: actor.agency,
    permissions: [...new Set(actor.grants.map(({ permission }) => permission))],
  }),
})
