import { Schemas } from 'scimmy'
import { enterpriseSchema, userSchema } from './user.ts'

/** The longest list that one answer gives. */
export const mostResults = 200

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** What this server can do (RFC 7643, section 5). */
export const providerConfig = (base: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  documentationUri: `${new URL(base).origin}/api/docs`,
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: mostResults },
  changePassword: { supported: false },
  sort: { supported: true },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'OAuth 2.0',
      description: `client_credentials, resource=${base}`,
      specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
})

/** The kinds of resources (RFC 7643, section 6). */
export const resourceTypes = (base: string) =>
  (['User', 'Group'] as const).map((name) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    description: name === 'User' ? '市府同仁 Member of staff' : '機關裡的角色 Role at an agency',
    endpoint: `/${name}s`,
    schema: name === 'User' ? userSchema : groupSchema,
    ...(name === 'User' && {
      schemaExtensions: [{ schema: enterpriseSchema, required: true }],
    }),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  }))

/** Of the standard's attributes, those that are kept; all others are taken and left aside. */
const kept: Readonly<Record<string, readonly string[]>> = {
  [userSchema]: ['userName', 'name', 'displayName', 'active', 'emails'],
  [enterpriseSchema]: ['department'],
  [groupSchema]: ['displayName', 'members'],
}
const keptParts: Readonly<Record<string, readonly string[]>> = {
  name: ['formatted'],
  emails: ['value', 'type', 'primary'],
}
const immutable: readonly string[] = ['userName']

/** The schemas of what is kept (RFC 7643, section 7). */
export const schemas = (base: string) =>
  [Schemas.User, Schemas.EnterpriseUser, Schemas.Group].map(({ definition }) => {
    const described = definition.describe(`${base}/Schemas`)
    const readOnly = definition.id === groupSchema
    return {
      ...described,
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      attributes: described.attributes
        .filter(({ name }) => kept[definition.id]?.includes(name))
        .map(({ subAttributes, ...one }) => ({
          ...one,
          ...(immutable.includes(one.name) && { mutability: 'immutable' }),
          ...(readOnly && { mutability: 'readOnly' }),
          ...(subAttributes && {
            subAttributes: subAttributes.filter(
              ({ name }) => keptParts[one.name]?.includes(name) ?? true,
            ),
          }),
        })),
    }
  })
