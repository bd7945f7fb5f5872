import { Refused } from '../../../../core/errors.ts'
import { scopeFor } from '../../../../core/operation.ts'
import { fromForm } from '../../../../core/schema.ts'
import { directory } from '../../../../kernel/identity/directory.ts'
import { proposalInput, proposeSystem } from '../../../../systems/single-sign-on/operations.ts'
import { type Overview, overviewOf } from '../../../../systems/single-sign-on/overview.ts'
import { Button, ButtonLink, Buttons } from '../../../../web/components/button.tsx'
import {
  ErrorSummary,
  type Errors,
  Fields,
  type Values,
} from '../../../../web/components/fields.tsx'
import { Form } from '../../../../web/components/form.tsx'
import { Breadcrumbs } from '../../../../web/components/words.tsx'
import type { FieldProperty, ObjectSchema, Option } from '../../../../web/fields.ts'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { Page } from '../../../../web/shell.tsx'
import { scopeWords } from '../consent.tsx'
import {
  audienceWords,
  authWords,
  grantWords,
  identityNames,
  levelOptions,
  methodOptions,
  optionsFrom,
  ratingWords,
  systemsPath,
} from './words.ts'

/** Addresses are written one on a line. */
const lists = ['redirectUris', 'postLogoutUris', 'resources'] as const
const choices = ['methods', 'grants', 'scopes'] as const

const text = (zh: string, en: string, more: Partial<FieldProperty> = {}): FieldProperty => ({
  type: 'string',
  title: { zh, en },
  widget: 'text',
  ...more,
})

const addresses = (zh: string, en: string): FieldProperty => ({
  type: 'string',
  title: { zh, en },
  hint: { zh: '一行一個，要和系統送來的完全相同。', en: 'One on a line, exactly as it is sent.' },
  widget: 'textarea',
})

const schemaOf = (agencies: readonly Option[], known: boolean): ObjectSchema => ({
  properties: {
    ...(!known && {
      id: text('代碼', 'Identifier', {
        hint: {
          zh: '小寫英文、數字和連字號，例如 asset-book；之後不能改。',
          en: 'Small letters, digits, hyphens, such as asset-book. It stays.',
        },
      }),
      agency: { title: { zh: '機關', en: 'Agency' }, widget: 'select', options: agencies },
    }),
    nameZh: text('系統名稱（中文）', 'Name in Chinese'),
    nameEn: text('系統名稱（英文）', 'Name in English'),
    purposeZh: text('用途（中文），會給登入的人看', 'Purpose in Chinese, shown to people'),
    purposeEn: text('用途（英文）', 'Purpose in English'),
    audience: {
      title: { zh: '給誰用', en: 'Who uses it' },
      widget: 'radio',
      options: optionsFrom(audienceWords),
    },
    rating: {
      title: { zh: '資通系統防護等級', en: 'Rating of the system' },
      hint: {
        zh: '普、中、高至少要一、二、三級登入。',
        en: 'Basic, medium and high need level 1, 2 and 3 at least.',
      },
      widget: 'radio',
      options: optionsFrom(ratingWords),
    },
    level: {
      title: { zh: '要求的登入等級', en: 'Level to be required' },
      widget: 'radio',
      options: levelOptions,
    },
    identityLevel: {
      title: { zh: '要求的身分查驗', en: 'Identity to be checked' },
      widget: 'radio',
      options: [1, 2, 3].map((value) => ({ value: String(value), label: identityNames[value]! })),
    },
    maxAge: text('證明最久多久以前（秒），留空是整個登入期間', 'Seconds that a proof counts', {
      type: 'integer',
      widget: 'number',
    }),
    methods: {
      type: 'array',
      title: { zh: '只接受這些方式（不選是全部）', en: 'Only these ways; none is all' },
      widget: 'checkboxes',
      options: methodOptions,
    },
    grants: {
      type: 'array',
      title: { zh: '怎麼使用', en: 'How it is used' },
      widget: 'checkboxes',
      options: optionsFrom(grantWords),
    },
    authMethod: {
      title: { zh: '系統如何證明自己', en: 'How the system proves itself' },
      widget: 'radio',
      options: optionsFrom(authWords),
    },
    redirectUris: addresses('登入後回到的網址', 'Addresses to return to'),
    postLogoutUris: addresses('登出後回到的網址', 'Addresses to return to after signing out'),
    backchannelUri: text('收登出通知的網址', 'Address that takes notices of a sign-out'),
    jwksUri: text('公開金鑰的網址', 'Address of its public keys'),
    scimUri: text('同仁帳號佈建的網址（SCIM 2.0）', 'Address that takes staff by SCIM 2.0', {
      hint: {
        zh: '例如 https://…/scim/v2。貴機關和所屬機關的同仁會自動新增、變更和停用。',
        en: 'Such as https://…/scim/v2. Your agency’s staff and those beneath come and go by it.',
      },
    }),
    scopes: {
      type: 'array',
      title: { zh: '可以知道什麼', en: 'What it may learn' },
      widget: 'checkboxes',
      options: [
        ...optionsFrom(scopeWords),
        { value: 'api', label: { zh: '本平台的 API', en: 'The API of this platform' } },
      ],
    },
    resources: addresses('它自己的 API（資源識別）', 'APIs of its own, by resource identifier'),
  },
  required: [
    ...(known ? [] : ['id', 'agency']),
    ...['nameZh', 'nameEn', 'purposeZh', 'purposeEn', 'audience', 'rating', 'level', 'grants'],
  ],
})

const fresh: Values = {
  level: '1',
  identityLevel: '1',
  rating: 'basic',
  grants: ['authorization_code'],
  scopes: ['openid', 'profile'],
  authMethod: 'client_secret_basic',
}

/** What is live, or waits, as the form's answers. */
function valuesOf(of: Overview): Values {
  const { pending } = of
  if (pending) return shown(pending)
  const { name, purpose, requirement, metadata } = of
  return shown({
    ...{ nameZh: name.zh, nameEn: name.en, purposeZh: purpose.zh, purposeEn: purpose.en },
    ...{ audience: of.audience, rating: of.rating },
    level: requirement.level,
    identityLevel: requirement.identity,
    maxAge: requirement.maxAge ?? undefined,
    methods: requirement.methods ?? [],
    grants: metadata.grant_types,
    authMethod: metadata.token_endpoint_auth_method,
    redirectUris: metadata.redirect_uris,
    postLogoutUris: metadata.post_logout_redirect_uris,
    backchannelUri: metadata.backchannel_logout_uri,
    jwksUri: metadata.jwks_uri,
    scimUri: metadata.scim_uri,
    scopes: metadata.scope?.split(' '),
    resources: metadata.resources,
  })
}

const shown = (given: Values): Values => ({
  ...given,
  ...Object.fromEntries(lists.map((name) => [name, [given[name] ?? []].flat().join('\n')])),
})

/** `GET /desk/sign-on/new` and `/desk/sign-on/:id/change`. */
export async function formPage(visit: Visit): Promise<Answer> {
  const { params, read } = visit
  const known = params.id
    ? await read('single-sign-on.propose', (ctx) => overviewOf(ctx, params.id ?? ''))
    : undefined
  return drawForm(visit, known ? valuesOf(known) : fresh, {})
}

async function drawForm(visit: Visit, values: Values, errors: Errors): Promise<Answer> {
  const { view, params, read, actor } = visit
  const tree = await read('single-sign-on.propose', directory)
  const { scope, agencies } = scopeFor(actor, 'single-sign-on.propose')
  const own = tree.all.filter(({ id, external }) =>
    scope === 'city' ? !external : agencies.includes(id),
  )
  const options = own.map(({ id, name }) => ({ value: id, label: name }))
  const known = params.id !== undefined
  const title = known
    ? view.t('申請變更介接', 'Propose a change')
    : view.t('申請介接一個系統', 'Propose a system')
  const back = known ? `${systemsPath}/${params.id}` : systemsPath
  const page = (
    <Page view={view} title={title} chrome="staff">
      <Breadcrumbs
        view={view}
        items={[{ href: systemsPath, label: { zh: '單一帳號認證', en: 'Single sign-on' } }]}
      />
      <h1>{title}</h1>
      <p class="lead">
        {view.t(
          '送出後由市府核定；核定以前，正在上線的設定不會變。',
          'The city approves what you send; until then what is live stays as it is.',
        )}
      </p>
      <ErrorSummary view={view} errors={errors} />
      <Form view={view} action={known ? `${back}/change` : `${systemsPath}/new`} draft="sign-on">
        <Fields view={view} schema={schemaOf(options, known)} values={values} errors={errors} />
        <Buttons>
          <Button look="primary">{view.t('送出申請', 'Propose')}</Button>
          <ButtonLink href={view.href(back)}>{view.t('取消', 'Cancel')}</ButtonLink>
        </Buttons>
      </Form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** Takes a proposal; what was typed comes back with what is to be mended. */
export async function takeProposal(visit: Visit): Promise<Answer> {
  const { form, params, read, perform } = visit
  const known = params.id
    ? await read('single-sign-on.propose', (ctx) => overviewOf(ctx, params.id ?? ''))
    : undefined
  const given: Record<string, unknown> = { ...form.values }
  for (const name of lists) given[name] = form.get(name).split(/\s+/).filter(Boolean)
  for (const name of choices) given[name] = form.all(name)
  const fixed = known && { id: known.id, agency: known.agency }
  try {
    const { id } = await perform(proposeSystem, fromForm(proposalInput, { ...given, ...fixed }))
    return {
      to: `${systemsPath}/${id}`,
      flash: { zh: '已送出，等市府核定。', en: 'Proposed; it waits for the city.' },
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const values = { ...given, ...Object.fromEntries(lists.map((name) => [name, form.get(name)])) }
    const fields = Object.keys(error.fields).length > 0 ? error.fields : { id: error.text }
    return drawForm(visit, values, fields)
  }
}
