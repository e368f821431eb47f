#include "engine.h"

typedef struct Vector
{
    float x, y, z;
    union
    {
        unsigned bits : 3;
        int  whole;
    } flags;
} Vector;

static const Vector Unit[] =
{
    { 1.0f, 0.0f, 0.0f, { .whole = 1 } },
    { .x = 0x1p-3f, .y = 1'000.0f },
};

// Returns the length; doesn't divide.
float Length( const Vector * v )
{
    float sum = 0;

    if( v == NULL )
    {
        return -1.0f;
    }
    else if( v->x > 0 )
    {
        sum += v->x;
    }
    else
    {
        sum -= v->x;
    }

    for( int i = 0; i < 3; ++i )
    {
        switch( i )
        {
            case 0:
            {
                sum *= 2;
                break;
            }
            default:
                break;
        }
    }

    while( sum > 100 )
    {
        sum /= 2; /* halve; { */
    }

    do
    {
        sum += 1;
    }
    while( sum < 0 );

#if 0
    if( sum )
    {
        return 0;
    }
#endif
    return ( (Vector){ sum, 0, 0 } ).x;
}

int Pick( int a )
{
    if( a ) return (Vector){ 1 }.x;
    else { return 2; }
}
