import type { Text } from '../../../core/i18n.ts'
import { pick } from '../../../core/i18n.ts'
import { readDirectory } from '../../../kernel/identity/directory.ts'
import { Button, Buttons } from '../../../web/components/button.tsx'
import { Form } from '../../../web/components/form.tsx'
import { SummaryList } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { Page } from '../../../web/shell.tsx'
import type { Underway } from './sign-in.tsx'

/** What a system learns by each scope, in words. */
export const scopeWords: Readonly<Record<string, Text>> = {
  openid: {
    zh: '一個只給這個系統的代號，以及登入的方式與等級',
    en: 'A pseudonym for this system alone, and how you signed in',
  },
  profile: { zh: '您的名字與語言', en: 'Your name and language' },
  email: { zh: '您的電子郵件', en: 'Your e-mail address' },
  agency: { zh: '您服務的機關', en: 'Your agency' },
  offline_access: { zh: '您不在時也能更新資料', en: 'To refresh its access while you are away' },
}

/** Asks once what a system may learn. */
export async function consentPage(visit: Visit, here: Underway): Promise<Answer> {
  const { view, platform } = visit
  const { system, interaction } = here
  const scopes = String(interaction.params.scope ?? 'openid').split(' ')
  const tree = await readDirectory(platform.database.app)
  const name = pick(system.name, view.locale)
  const title = view.t(`要讓「${name}」知道這些嗎？`, `Let “${name}” know this?`)
  const page = (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <SummaryList
        view={view}
        rows={[
          {
            label: { zh: '機關', en: 'Agency' },
            answer: pick(tree.name(system.agency), view.locale),
          },
          { label: { zh: '用途', en: 'Purpose' }, answer: pick(system.purpose, view.locale) },
        ]}
      />
      <ul>
        {scopes.map((scope) => (
          <li key={scope}>{pick(scopeWords[scope] ?? { zh: scope, en: scope }, view.locale)}</li>
        ))}
      </ul>
      <p class="soft">
        {view.t(
          '以後可以在「我的帳號」的「知道我的系統」裡取消。',
          'You can withdraw it in your account, under “systems that know me”.',
        )}
      </p>
      <Form view={view} action={`/sign-in/${interaction.uid}/consent`} leaves>
        <Buttons>
          <Button look="primary">{view.t('同意', 'Agree')}</Button>
        </Buttons>
      </Form>
      <Form view={view} action={`/sign-in/${interaction.uid}/cancel`} leaves>
        <Buttons>
          <Button>{view.t('不同意，回到原網站', 'No, go back')}</Button>
        </Buttons>
      </Form>
    </Page>
  )
  return { page }
}

/** Keeps what was agreed to and lets the provider go on. */
export async function takeConsent(visit: Visit, here: Underway): Promise<Answer> {
  const { provider, interaction } = here
  const { prompt, params, grantId, session } = interaction
  if (prompt.name !== 'consent' || !session?.accountId) return { to: `/sign-in/${interaction.uid}` }
  const known = grantId ? await provider.Grant.find(grantId) : undefined
  const grant =
    known ??
    new provider.Grant({ accountId: session.accountId, clientId: String(params.client_id) })
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as {
    missingOIDCScope?: string[]
    missingOIDCClaims?: string[]
    missingResourceScopes?: Record<string, string[]>
  }
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims)
  for (const [indicator, scopes] of Object.entries(missingResourceScopes ?? {}))
    grant.addResourceScope(indicator, scopes.join(' '))
  const consent = { grantId: await grant.save() }
  const url = await provider.interactionResult(
    visit.request.raw,
    visit.reply.raw,
    { consent },
    { mergeWithLastSubmission: true },
  )
  return { away: url }
}
