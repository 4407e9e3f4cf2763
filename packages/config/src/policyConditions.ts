import { listUnknownAttributes } from '@gakumon/attributes';
import type { Condition } from '@gakumon/mfa';
import { byForm, duration, isGroup, object, text, z } from './schema.ts';

/** One text or several, never none: a list that is empty by mistake would match nobody. */
export const texts = z.union([text.transform((one) => [one]), z.array(text).min(1, { error: 'is empty' })], {
  error: 'must be text or a list of texts',
});

const networks = byForm<NonNullable<Condition['network']>>((value) =>
  isGroup(value)
    ? object({ is: texts.optional(), not: texts.optional() })
        .refine(({ is, not }) => is !== undefined || not !== undefined, { error: 'must name networks under is or not' })
        .transform(({ is = [], not = [] }) => ({ is, not }))
    : texts.transform((is) => ({ is, not: [] })),
);

const attributeNames = texts.superRefine((names, context) => {
  for (const message of listUnknownAttributes(names)) context.addIssue({ code: 'custom', message });
});

const service = object({
  entityId: texts.optional(),
  category: texts.optional(),
  requestedAttribute: attributeNames.optional(),
})
  .refine((value) => Object.values(value).some((one) => one !== undefined), {
    error: 'must name entityId, category or requestedAttribute',
  })
  .transform(({ entityId = [], category = [], requestedAttribute = [] }) => ({
    entityIds: entityId,
    categories: category,
    requestedAttributes: requestedAttribute,
  }));

const yesOrNo = z.boolean({ error: 'must be true or false' });

const ofPerson = {
  network: networks.optional(),
  group: texts.optional(),
  notGroup: texts.optional(),
  attribute: z
    .record(z.string(), texts)
    .refine((value) => Object.keys(value).length > 0, { error: 'must name an attribute and its values' })
    .optional(),
};

/** When a rule of `enrolment` allows it. */
export const enrolmentCondition = object(ofPerson);

/** When a rule matches. */
export const condition = object({
  ...ofPerson,
  service: service.optional(),
  context: texts.optional(),
  olderThan: duration.optional(),
  newBrowser: yesOrNo.optional(),
  newNetwork: yesOrNo.optional(),
});
