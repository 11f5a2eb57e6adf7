/**
 * The only module that imports the HTTP framework. The build replaces it by a bundle of its exports
 * (`scripts/bundle-framework.mjs`): fastify depends on its test injector, which a production server never calls and
 * whose own dependency refuses Node 20. All other modules import only its types.
 */
export { fastify } from "fastify";
export { default as swagger } from "@fastify/swagger";
export { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
