import type { FastifyRequest } from 'fastify'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { ComponentChildren, VNode } from 'preact'
import { publicActor } from '../../../core/context.ts'
import { type Locale, pick, type Text } from '../../../core/i18n.ts'
import { Button, ButtonLink, Buttons } from '../../../web/components/button.tsx'
import { ErrorSummary, type Errors, Fields } from '../../../web/components/fields.tsx'
import type { ObjectSchema } from '../../../web/fields.ts'
import type { ViewOf } from '../../../web/pages.ts'
import { Page, renderPage } from '../../../web/shell.tsx'
import { hrefIn, type View } from '../../../web/view.ts'
import { prefix, requestOf } from '../mount.ts'
import type { Screens } from '../screens.ts'
import { formsTo, policyHeader } from './forms-to.ts'

/** The provider's own pages, in the house's look. */
export function screensWith(viewOf: ViewOf): Screens {
  const show = async (ctx: KoaContextWithOIDC, draw: (view: View) => VNode) => {
    const request: FastifyRequest = requestOf(ctx.req)
    const locale = localeOf(ctx)
    const path = `${prefix}${ctx.req.url}`
    const base = await viewOf(request, publicActor)
    const view = { ...base, locale, path, href: hrefIn(locale) }
    const said = { ...view, t: (zh: string, en: string) => (locale === 'zh' ? zh : en) } as View
    ctx.type = 'html'
    ctx.body = renderPage(draw(said))
  }
  return {
    signInPath: (ctx, uid) => {
      const path = `/sign-in/${uid}`
      keepInteractionFor(ctx, uid, path)
      return hrefIn(localeOf(ctx))(path)
    },
    device: {
      mask: '****-****',
      userCodeInputSource: (ctx, form, _out, error) =>
        show(ctx, (view) => (
          <DeviceCode view={view} form={form} wrong={error && String(ctx.oidc.body?.user_code)} />
        )),
      userCodeConfirmSource: (ctx, form, client, _info, userCode) =>
        show(ctx, (view) => (
          <DeviceConfirm view={view} form={form} name={client.clientName ?? ''} code={userCode} />
        )),
      successSource: (ctx) => show(ctx, (view) => <DeviceDone view={view} />),
    },
    logout: {
      logoutSource: (ctx, form) => {
        const back = ctx.oidc.params?.post_logout_redirect_uri
        if (back) ctx.set(policyHeader, formsTo(ctx.response.get(policyHeader), String(back)))
        return show(ctx, (view) => (
          <Logout view={view} form={form} name={ctx.oidc.client?.clientName ?? ''} />
        ))
      },
      postLogoutSuccessSource: (ctx) => show(ctx, (view) => <LoggedOut view={view} />),
    },
    error: (ctx, out) => show(ctx, (view) => <Failed view={view} error={out.error} />),
  }
}

/** The language that was asked for by `ui_locales`, else the browser's. */
const localeOf = (ctx: KoaContextWithOIDC): Locale => {
  const asked = String(ctx.oidc?.params?.ui_locales ?? ctx.query.ui_locales ?? '')
  const first = asked.split(' ')[0] || ctx.acceptsLanguages(['zh', 'en']) || 'zh'
  return first.startsWith('en') ? 'en' : 'zh'
}

// The library sets this cookie for one path; the page stands at two, one for each language.
function keepInteractionFor(ctx: KoaContextWithOIDC, uid: string, path: string): void {
  const { provider } = ctx.oidc
  for (const locale of ['zh', 'en'] as const)
    ctx.cookies.set('op_interaction', uid, {
      path: hrefIn(locale)(path),
      httpOnly: true,
      sameSite: 'lax',
      signed: true,
      overwrite: false,
      maxAge: 3_600_000,
      secure: provider.issuer.startsWith('https:'),
    })
}

/** Where the library's form posts, and its proof against forged requests. */
const formOf = (html: string) => ({
  action: /action="([^"]*)"/.exec(html)?.[1] ?? '',
  xsrf: /name="xsrf" value="([^"]*)"/.exec(html)?.[1] ?? '',
  code: /name="user_code" value="([^"]*)"/.exec(html)?.[1],
})

/** The library's form with our own fields; it may lead to another site. */
const OwnForm = (props: { html: string; children: ComponentChildren }) => {
  const { action, xsrf, code } = formOf(props.html)
  return (
    <form method="post" action={action} data-turbo="false" novalidate>
      <input type="hidden" name="xsrf" value={xsrf} />
      {code === undefined ? null : <input type="hidden" name="user_code" value={code} />}
      {props.children}
    </form>
  )
}

const codeField: ObjectSchema = {
  properties: {
    user_code: {
      type: 'string',
      maxLength: 20,
      title: { zh: '裝置畫面上的代碼', en: 'The code on the device' },
      hint: { zh: '例如 BDWP-HQPK', en: 'Such as BDWP-HQPK' },
      widget: 'text',
      autocomplete: 'off',
    },
  },
  required: ['user_code'],
}

const DeviceCode = (props: { view: View; form: string; wrong: string | undefined }) => {
  const { view, form, wrong } = props
  const title = view.t('輸入裝置上的代碼', 'Enter the code of your device')
  const errors: Errors =
    wrong !== undefined
      ? {
          user_code: {
            zh: '代碼不對或已過期。請看裝置畫面，再輸入一次。',
            en: 'The code is wrong or has expired. Look at the device and try again.',
          },
        }
      : {}
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <ErrorSummary view={view} errors={errors} />
      <OwnForm html={form}>
        <Fields
          view={view}
          schema={codeField}
          values={{ user_code: wrong ?? '' }}
          errors={errors}
        />
        <Buttons>
          <Button look="primary">{view.t('繼續', 'Continue')}</Button>
        </Buttons>
      </OwnForm>
    </Page>
  )
}

const DeviceConfirm = (props: { view: View; form: string; name: string; code: string }) => {
  const { view, form, name, code } = props
  const title = view.t(`在裝置上登入「${name}」`, `Sign in to “${name}” on the device`)
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p>{view.t('確認裝置上顯示的也是這個代碼：', 'The device must show this same code:')}</p>
      <p class="code">{code}</p>
      <OwnForm html={form}>
        <input type="hidden" name="confirm" value="yes" />
        <Buttons>
          <Button look="primary">{view.t('是我的裝置，登入', 'It is my device: sign in')}</Button>
          <Button name="abort" value="yes">
            {view.t('不是', 'No')}
          </Button>
        </Buttons>
      </OwnForm>
    </Page>
  )
}

const DeviceDone = ({ view }: { view: View }) => {
  const title = view.t('完成了，請回到裝置', 'Done: go back to the device')
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
    </Page>
  )
}

const Logout = ({ view, form, name }: { view: View; form: string; name: string }) => {
  const title = view.t('登出', 'Sign out')
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p>
        {view.t(
          '您可以只離開這個網站，或登出所有用市府帳號登入的系統。',
          'You can leave this site only, or sign out of every system that uses your city account.',
        )}
      </p>
      <OwnForm html={form}>
        <Buttons>
          <Button look="primary" name="logout" value="yes">
            {view.t('全部登出', 'Sign out everywhere')}
          </Button>
          <Button>
            {name ? view.t(`只離開${name}`, `Leave ${name} only`) : view.t('取消', 'Cancel')}
          </Button>
        </Buttons>
      </OwnForm>
    </Page>
  )
}

const LoggedOut = ({ view }: { view: View }) => {
  const title = view.t('您已登出', 'You are signed out')
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <Buttons>
        <ButtonLink href={view.href('/')}>{view.t('回首頁', 'First page')}</ButtonLink>
      </Buttons>
    </Page>
  )
}

const sentences: Readonly<Record<string, Text>> = {
  invalid_client: {
    zh: '這個系統沒有登記，或已停用。請洽該系統的機關。',
    en: 'This system is not registered, or was suspended. Ask the agency that runs it.',
  },
  invalid_redirect_uri: {
    zh: '要回去的網址沒有登記。請洽該系統的機關。',
    en: 'The address to return to is not registered. Ask the agency that runs the system.',
  },
  session_not_found: {
    zh: '這次登入已經過期。請回到要使用的網站，再登入一次。',
    en: 'This sign-in has expired. Go back to the site and sign in again.',
  },
}

const Failed = ({ view, error }: { view: View; error: string }) => {
  const title = view.t('無法登入', 'Cannot sign in')
  const sentence = sentences[error] ?? {
    zh: '這個系統送來的登入要求不正確。請回到該網站再試一次；還是不行時，請洽該系統的機關。',
    en: 'The system sent a wrong request. Go back and try again, or ask the agency that runs it.',
  }
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <p>{pick(sentence, view.locale)}</p>
      <p class="soft">{error}</p>
    </Page>
  )
}
