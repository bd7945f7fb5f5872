import type { VNode } from 'preact'
import { pick, type Text } from '../core/i18n.ts'
import { Page } from './shell.tsx'
import type { View } from './view.ts'

type Parameter = { name: string; in: string; required?: boolean; description?: string }
type Schema = {
  type?: string
  description?: string
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  anyOf?: readonly { const?: unknown }[]
}
type Described = {
  summary?: string
  'x-title'?: Text
  description?: string
  tags?: readonly string[]
  parameters?: readonly Parameter[]
  requestBody?: { content?: Readonly<Record<string, { schema?: Schema }>> }
}

/** The API for people: every route of the OpenAPI description, grouped, without any script. */
export function apiDocs(view: View, document: unknown): VNode {
  const { paths = {} } = document as { paths?: Record<string, Record<string, Described>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({
      path,
      method: method.toUpperCase(),
      route,
    })),
  )
  const groups = Map.groupBy(routes, ({ route }) => route.tags?.[0] ?? '')
  return (
    <Page view={view} title={view.t('程式介面', 'API reference')}>
      <h1>{view.t('程式介面', 'API reference')}</h1>
      <p>
        {view.t(
          '以下由 OpenAPI 3.1 文件產生。錯誤一律是 RFC 9457 problem+json;送出時可加 Idempotency-Key。',
          'Generated from the OpenAPI 3.1 document. Errors are RFC 9457 problem+json; a POST ' +
            'may carry an Idempotency-Key.',
        )}{' '}
        <a href="/api/openapi.json">openapi.json</a>
      </p>
      {[...groups].map(([tag, all]) => (
        <section key={tag}>
          <h2>{tag}</h2>
          {all.map((one) => (
            <Route key={`${one.method} ${one.path}`} view={view} {...one} />
          ))}
        </section>
      ))}
    </Page>
  )
}

const Route = (props: { view: View; method: string; path: string; route: Described }) => {
  const { view, route } = props
  const body = Object.values(route.requestBody?.content ?? {})[0]?.schema
  const fields = [
    ...(route.parameters ?? []).map(({ name, required, description }) => ({
      ...{ name, required, description },
      kind: '',
    })),
    ...Object.entries(body?.properties ?? {}).map(([name, field]) => ({
      name,
      kind: kindOf(field),
      required: body?.required?.includes(name),
      description: typeof field.description === 'string' ? field.description : '',
    })),
  ]
  return (
    <details class="route">
      <summary>
        <code>
          {props.method} {props.path}
        </code>{' '}
        {route['x-title'] ? pick(route['x-title'], view.locale) : route.summary}
      </summary>
      <p class="soft">{route.description}</p>
      {fields.length === 0 ? (
        <p>{view.t('沒有參數。', 'No parameters.')}</p>
      ) : (
        <ul>
          {fields.map((field) => (
            <li key={field.name}>
              <code>{field.name}</code> {field.kind}{' '}
              {field.required ? view.t('必填', 'required') : view.t('選填', 'optional')}{' '}
              {field.description}
            </li>
          ))}
        </ul>
      )}
    </details>
  )
}

const kindOf = (field: Schema): string =>
  field.type ?? (field.anyOf ?? []).map(({ const: value }) => String(value)).join(' | ')
