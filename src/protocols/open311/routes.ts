import type { FastifyInstance } from 'fastify'
import type { Platform } from '../../core/context.ts'

export const mountOpen311 = (_app: FastifyInstance, _platform: Platform): void => {}
