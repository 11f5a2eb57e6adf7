/**
 * The schema with an extension compiled in. Knows the one form that our extension uses: files with `extends` and no `name`, which
 * add attributes to an existing object or class. What extends a patched item inherits the patch, as in the official compiler.
 */
export function applyExtension(base, extension) {
  const schema = structuredClone(base);
  for (const [name, attribute] of Object.entries(extension.dictionary.attributes)) {
    schema.dictionary.attributes[name] = {
      ...attribute,
      extension: extension.name,
      extension_id: extension.uid,
      type_name: schema.dictionary.types.attributes[attribute.type].caption,
    };
  }
  for (const patch of extension.objects) applyPatch(schema, schema.objects, patch);
  for (const patch of extension.events) applyPatch(schema, schema.classes, patch);
  schema.extensions[extension.name] = {
    name: extension.name,
    caption: extension.caption,
    description: extension.description,
    uid: extension.uid,
    version: extension.version,
    "platform_extension?": false,
  };
  return schema;
}

function applyPatch(schema, items, patch) {
  if (patch.name !== undefined)
    throw new Error(`${patch.name}: new objects and classes are not supported, only patches`);
  for (const [itemName, item] of Object.entries(items)) {
    if (!inherits(items, itemName, patch.extends)) continue;
    for (const [name, details] of Object.entries(patch.attributes)) {
      const known = schema.dictionary.attributes[name];
      if (known === undefined) throw new Error(`the dictionary has no attribute ${name}`);
      item.attributes[name] ??= { ...known, ...details };
    }
  }
}

function inherits(items, name, ancestor) {
  for (let at = name; at !== undefined; at = items[at]?.extends) if (at === ancestor) return true;
  return false;
}
