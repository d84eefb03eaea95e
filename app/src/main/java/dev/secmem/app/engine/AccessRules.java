package dev.secmem.app.engine;

/**
 * What a PUT may ask for here.
 *
 * @param grants reads grants and binds
 * @param bestGrade the highest grade that this agent gives
 */
record AccessRules(GrantParser grants, Grade bestGrade) {}
