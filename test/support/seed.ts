/** Random tests look at the same cases in each run; DOCTOR_SEED looks at others. */
export const SEED = Number(process.env.DOCTOR_SEED ?? 1);
