import { sql } from 'kysely'
import { Type } from 'typebox'
import { rows } from '../../../../core/db.ts'
import { notFound } from '../../../../core/errors.ts'
import { record } from '../../../../core/event.ts'
import { pick } from '../../../../core/i18n.ts'
import { operation } from '../../../../core/operation.ts'
import { Breadcrumbs } from '../../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { Page } from '../../../../web/shell.tsx'
import { holds, type SignIn, signInById } from '../../known.ts'
import { systemNames } from '../account-kit.tsx'
import { Reason, SignInTable } from '../account-sign-ins.tsx'
import { systemsPath } from './words.ts'

/** `GET /desk/sign-on/:id/sign-ins`: the newest sign-ins of a system, for an auditor. */
export async function auditPage(visit: Visit): Promise<Answer> {
  const { view, params, read, platform } = visit
  const id = params.id ?? ''
  const found = await read('identity.audit', (ctx) =>
    rows(
      ctx.db,
      sql<SignIn>`select id, system, at, outcome, level, agent, why, signed
        from identity.sign_in where system = ${id} order by at desc limit 100`,
    ),
  )
  const name = await systemNames(platform, [id])
  const title = view.t(`${name(id).zh}的登入紀錄`, `Sign-ins of ${name(id).en}`)
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[
          { href: systemsPath, label: { zh: '單一帳號認證', en: 'Single sign-on' } },
          { href: `${systemsPath}/${id}`, label: name(id) },
        ]}
      />
      <h1>{title}</h1>
      <p class="lead">
        {view.t(
          '最近 100 筆，不含姓名。打開一筆會留下查閱紀錄，當事人看得到。',
          'The last 100, without names. Opening one leaves a record that its person can see.',
        )}
      </p>
      <SignInTable
        view={view}
        rows={found}
        name={name}
        href={(one) => `${systemsPath}/${id}/sign-ins/${one}`}
      />
    </Page>
  )
  return { page }
}

/** An auditor opens a sign-in: its reason is shown, and the look itself becomes an event. */
export const lookAtSignIn = operation({
  name: 'oidc.look-at-sign-in',
  title: { zh: '查閱登入紀錄', en: 'Look at a sign-in' },
  permission: 'identity.audit',
  input: Type.Object({ id: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { id }) => {
    const found = await signInById(ctx.db, id)
    if (!found) throw notFound({ zh: '這筆登入紀錄', en: 'this sign-in' })
    const about = found.why as { account?: string | null }
    await record(ctx, {
      record: about.account ?? found.id,
      type: 'identity.sign-in-looked-at',
      data: { system: found.system },
    })
    return found
  },
})

/** `GET /desk/sign-on/:id/sign-ins/:signIn`. */
export async function lookPage(visit: Visit): Promise<Answer> {
  const { view, params, perform, platform } = visit
  const found = await perform(lookAtSignIn, { id: params.signIn })
  const name = await systemNames(platform, [found.system])
  const title = view.t('這次登入的理由', 'Why this sign-in had its level')
  const list = `${systemsPath}/${found.system}/sign-ins`
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[
          { href: systemsPath, label: { zh: '單一帳號認證', en: 'Single sign-on' } },
          { href: list, label: { zh: '登入紀錄', en: 'Sign-ins' } },
        ]}
      />
      <h1>{title}</h1>
      <p class="soft">{pick(name(found.system), view.locale)}</p>
      <Reason view={view} of={found} name={name} right={holds(platform, found)} />
    </Page>
  )
  return { page }
}
