/**
 * The HTTP framework, in the one module that imports it. The build replaces this module by a bundle of what it exports
 * (`scripts/bundle-framework.mjs`): fastify depends on its test injector, which no production server calls and whose own
 * dependency refuses Node 20. Everything else imports only types of it.
 */
export { fastify } from "fastify";
export { default as swagger } from "@fastify/swagger";
export { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
