import type { Ctx } from '../../core/context.ts'
import { invalid } from '../../core/errors.ts'

/** The addresses of uploads named by signed tokens. Refuses a token that is not ours. */
export function keptFiles(ctx: Ctx, tokens: readonly string[]): string[] {
  return tokens.map((token) => {
    const sha = ctx.files.fromToken(token)
    if (!sha)
      throw invalid({ photos: { zh: '照片請重新上傳。', en: 'Upload the photograph again.' } })
    return sha
  })
}
