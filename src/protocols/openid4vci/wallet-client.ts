/** The name of the card among the credentials that are issued, and the scope that allows it. */
export const cardConfiguration = 'city_card'

/** The grant of a code that the city gave beforehand, in an offer. */
export const preAuthorized = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** Every wallet is one public client: who may have the card is said by the code of the offer. */
export const walletClient = {
  client_id: 'wallet',
  client_name: 'Wallets',
  token_endpoint_auth_method: 'none',
  grant_types: [preAuthorized],
  response_types: [],
  redirect_uris: [],
  subject_type: 'public',
} as const
